import type { Plugin } from '@equilibria/core'
import type { Recipe } from '../recipe.ts'
import { dcgan } from './dcgan.ts'
import { mnist } from './mnist.ts'
import { ring } from './ring.ts'

declare module '@equilibria/core' {
  interface Kinds {
    recipes: Recipe
  }
}

/** The recipes that come with the package. */
export const recipesPlugin = {
  name: 'equilibria',
  recipes: { mnist: () => mnist, ring: () => ring, dcgan: () => dcgan },
} satisfies Plugin
