const generator = { name: 'mlp.generator', dimensions: 3, hidden: [4] }
const latent = { name: 'gaussian', dimensions: 3 }
const critic = { name: 'mlp.critic', hidden: [4] }
const encoder = (dimensions: number, more = {}) => ({
  name: 'mlp.encoder',
  hidden: [4],
  dimensions,
  ...more,
})
/** What a small game of points [2] is made of, by name. */
export const pair = { generator, critic, latent }

/** Every game by name, with what it needs; its players and who makes samples. */
export const games: Record<string, { game: object; players: string[]; sampler?: string }> = {
  gan: { game: pair, players: ['critic', 'generator'], sampler: 'generator' },
  acGan: {
    game: { ...pair, generator: { ...generator, conditional: true }, critic: { ...critic, outputs: 4 } },
    players: ['critic', 'generator'],
    sampler: 'generator',
  },
  semiSupervised: {
    game: { ...pair, critic: { ...critic, outputs: 3 }, generatorTerms: {} },
    players: ['critic', 'generator'],
    sampler: 'generator',
  },
  infoGan: {
    game: {
      ...pair,
      generator: { ...generator, dimensions: 8 },
      latent: { name: 'coded', noise: latent, categories: [2], continuous: 3 },
      recognizer: encoder(8),
    },
    players: ['critic', 'generator', 'recognizer'],
    sampler: 'generator',
  },
  bigan: {
    game: { ...pair, critic: { ...critic, shape: [5] }, encoder: encoder(3) },
    players: ['critic', 'generator', 'encoder'],
    sampler: 'generator',
  },
  vaeGan: {
    game: { ...pair, encoder: encoder(6) },
    players: ['critic', 'generator', 'encoder'],
    sampler: 'generator',
  },
  adversarialAutoencoder: {
    game: { decoder: generator, latent, encoder: encoder(3), critic: { ...critic, shape: [3] } },
    players: ['critic', 'encoder', 'decoder'],
    sampler: 'decoder',
  },
  pix2pix: {
    game: { generator: encoder(2), critic: { ...critic, shape: [4] } },
    players: ['critic', 'generator'],
  },
  cycleGan: {
    game: { dataCritic: critic, targetCritic: critic, forward: encoder(2), backward: encoder(2) },
    players: ['dataCritic', 'targetCritic', 'forward', 'backward'],
  },
  contraGan: {
    game: {
      ...pair,
      generator: { ...generator, conditional: true },
      critic: { name: 'mlp.critic', hidden: [4], conditional: true, contrast: 6 },
      dimensions: 6,
    },
    players: ['critic', 'generator'],
    sampler: 'generator',
  },
  multiCritic: {
    game: { generator, latent, critics: { first: critic, second: critic }, hardness: 1 },
    players: ['first', 'second', 'generator'],
    sampler: 'generator',
  },
  multiGenerator: {
    game: { generators: { one: generator, two: generator }, latent, critic, classifier: encoder(2) },
    players: ['critic', 'one', 'two', 'classifier'],
  },
  bilinear: { game: {}, players: ['x', 'y'] },
  quadratic: { game: { costs: { a: { matrix: [[1]] } } }, players: ['a'] },
  dirac: { game: {}, players: ['critic', 'generator'] },
  matrixGame: { game: { payoffs: { row: [[1, 2]], column: [[2, 1]] } }, players: ['row', 'column'] },
}
