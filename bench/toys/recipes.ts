import { grid, ring } from '@equilibria/datasets'
import type { Recipe } from 'equilibria'
import { unitOf } from './networks.ts'
import { type DataName, protocol } from './protocol.ts'

/** A way to train that is compared. */
export interface ToyRecipe {
  /** In words, for the page. */
  readonly what: string
  /** The run, for so many steps. */
  readonly recipe: (data: DataName, steps: number) => Recipe
}

/** R1's weight in the unit of the networks; in the data's own, gradients are smaller by as much as that unit is larger. */
const GAMMA = 0.08
const gammaOf = (data: DataName) => GAMMA * unitOf({ ring, grid }[data]()) ** 2

interface Parts {
  readonly loss: string
  readonly dynamics?: string
  readonly rate: number
  /** The critic's rate, if it has another. */
  readonly criticRate?: number
  /** The last share of the steps, in which Adam's rate falls in a line to a hundredth; constant to the end unless given. */
  readonly fall?: number
  readonly beta1: number
  readonly beta2: number
  readonly r1?: boolean
  /** Latents of a batch are spread evenly while training; samples that are judged are drawn independently. */
  readonly even?: boolean
  /** Fakes for each real row in the generator's turn. */
  readonly fakes?: number
  /** How many rows the critic judges together. */
  readonly packed?: number
  /** Decay of the generator's average of weights, which is then what is judged. */
  readonly average?: number
}

const heldThenFalling = (rate: number, steps: number, share: number) => {
  const falling = Math.max(1, Math.round(steps * share))
  return {
    name: 'hold',
    steps: Math.max(1, steps - falling),
    schedule: { name: 'linear', from: rate, to: rate / 100, steps: falling },
  }
}

const made =
  ({
    loss,
    dynamics = 'alternating',
    rate,
    criticRate,
    fall,
    beta1,
    beta2,
    r1 = false,
    even = false,
    fakes = 1,
    packed,
    average,
  }: Parts): ToyRecipe['recipe'] =>
  (data, steps) => {
    const rated = (of: number) => ({
      name: 'adam',
      rate: fall === undefined ? of : heldThenFalling(of, steps, fall),
      beta1,
      beta2,
    })
    return {
      recipe: 1,
      data,
      game: {
        name: 'gan',
        generator: 'toys.generator',
        critic: packed
          ? { name: 'packed', rows: packed, critic: { name: 'toys.critic', rows: packed } }
          : 'toys.critic',
        latent: { name: even ? 'lattice' : 'gaussian', dimensions: 2 },
        loss,
        ...(fakes > 1 && { fakes }),
        ...(r1 && { criticTerms: { r1: { name: 'r1', gamma: gammaOf(data) } } }),
      },
      dynamics,
      optimizer: criticRate
        ? { players: { critic: rated(criticRate), generator: rated(rate) } }
        : rated(rate),
      slots: average === undefined ? {} : { ema: { name: 'ema', decay: average, players: ['generator'] } },
      steps,
      batch: protocol.batch,
    }
  }

const usual = {
  loss: 'nonSaturating',
  rate: 2e-3,
  criticRate: 1e-3,
  fall: 0.2,
  beta1: 0.5,
  beta2: 0.99,
  r1: true,
  even: true,
  fakes: 3,
  average: 0.995,
} as const

const plain = { loss: 'nonSaturating', rate: 1e-4, beta1: 0.8, beta2: 0.999 } as const

/** What is compared, by name; the first is the default recipe. */
export const recipes = {
  default: {
    what: 'non-saturating with R1 (0.08 on data scaled to [-4, 4]), latents spread evenly over a batch, three fakes for each real row in the generator’s turn, alternating; Adam 0.002 for the generator and 0.001 for the critic with betas 0.5 and 0.99, falling in a line to a hundredth over the last fifth of the steps; the generator averaged with decay 0.995',
    recipe: made(usual),
  },
  gan: {
    what: 'the GAN of the protocol: non-saturating, alternating, Adam 0.0001, betas 0.8 and 0.999, no penalty, no average',
    recipe: made(plain),
  },
  pacgan2: {
    what: 'the GAN of the protocol, but its critic judges points in twos',
    recipe: made({ ...plain, packed: 2 }),
  },
  simultaneous: {
    what: 'the GAN of the protocol with simultaneous play',
    recipe: made({ ...plain, dynamics: 'simultaneous' }),
  },
  relativistic: {
    what: 'the default with the relativistic pairing loss',
    recipe: made({ ...usual, loss: 'relativisticPairing' }),
  },
} as const satisfies { readonly [name: string]: ToyRecipe }

export type RecipeName = keyof typeof recipes
export const recipeNames = Object.keys(recipes) as RecipeName[]
