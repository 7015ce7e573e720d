import { expect, test } from 'vitest'
import { games } from './games.ts'
import { optionsOf, usage } from './options.ts'

test('all scripts unless some are named, with their own steps unless told', () => {
  const { scripts, budget } = optionsOf([])
  expect(Object.fromEntries(scripts)).toEqual(games)
  expect(budget).toBeUndefined()
  expect(optionsOf(['infoGan', 'bilinear'], '20')).toEqual({
    scripts: [
      ['infoGan', games.infoGan],
      ['bilinear', games.bilinear],
    ],
    budget: 20,
  })
  for (const name of Object.keys(games)) expect(usage).toContain(name)
})

test.each([
  [['infoGan', 'foo'], '20', 'no example "foo"; there are conditional, '],
  // What every object has is no example either.
  [['toString'], undefined, 'no example "toString"; there are conditional, '],
  [['bilinear'], 'abc', 'STEPS takes a whole number above zero, got "abc"'],
  [['bilinear'], '0', 'STEPS takes a whole number above zero, got "0"'],
  [['bilinear'], '1.5', 'STEPS takes a whole number above zero, got "1.5"'],
])('%j with STEPS=%s', (argv, steps, message) => {
  expect(() => optionsOf(argv, steps)).toThrow(message)
})
