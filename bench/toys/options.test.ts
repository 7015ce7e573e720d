import { expect, test } from 'vitest'
import { optionsOf } from './options.ts'
import { recipeNames } from './recipes.ts'

test('the quick form has five recipes, the full one the default', () => {
  expect(optionsOf([])).toMatchObject({
    steps: 20_000,
    seeds: [0, 1, 2, 3, 4],
    recipes: recipeNames,
    data: ['ring', 'grid'],
  })
  expect(recipeNames).toHaveLength(5)
  expect(optionsOf(['--form', 'full'])).toMatchObject({
    steps: 400_000,
    seeds: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    recipes: ['default'],
  })
  expect(optionsOf(['--seed', '3', '--jobs', '1'])).toMatchObject({ seeds: [3], jobs: 1 })
  expect(optionsOf([]).trial).toBe(false)
  expect(optionsOf(['--steps', '300'])).toMatchObject({ steps: 300, trial: true })
  expect(optionsOf(['--recipes', 'gan', '--data', 'grid', '--seeds', '2', '--page'])).toMatchObject({
    seeds: [0, 1],
    recipes: ['gan'],
    data: ['grid'],
    pageOnly: true,
  })
})

test.each([
  [['--form', 'long'], 'unknown form "long"; known: quick, full'],
  [['--recipes', 'gam'], 'unknown recipe "gam"'],
  [['--data', 'rings'], 'unknown data set "rings"'],
  [['--seeds', '0'], '--seeds takes a whole number above zero, got "0"'],
  [['--seed', 'x'], '--seed takes a whole number from 0 on, got "x"'],
  [['--seed', '3', '--seeds', '2'], 'give one of the two, got --seed 3 --seeds 2'],
  [['--jobs', '0'], '--jobs takes a whole number above zero, got "0"'],
])('%j', (argv, message) => {
  expect(() => optionsOf(argv)).toThrow(message)
})
