import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { encodeGrid } from '@equilibria/datasets'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tinyRecipe, workplace } from './command.fixture.ts'

// The table of faults: whatever a user may get wrong, the command says in one paragraph what was given, what was expected
// and what to do, ends with status 2, and leaves what was there as it was.

const place = workplace()
const { put, path } = place
const cpu = ['--backend', 'cpu']
const train = (recipe: object, ...flags: string[]) => [
  'train',
  put('recipe.json', recipe),
  '--out',
  'new',
  ...cpu,
  ...flags,
]
const withGame = (changes: object) => tinyRecipe({ game: { ...tinyRecipe().game, ...changes } })
const png = (side: number) =>
  encodeGrid({ data: new Float32Array(side * side * 3), shape: [1, side, side, 3] }, { scale: 1, gap: 0 })

const images = {
  'train-images-idx3-ubyte': new Uint8Array([0, 0, 8, 3, 0, 0, 0, 9, 0, 0, 0, 28, 0, 0, 0, 28, 1]),
}
const labels = { 'train-labels-idx1-ubyte': new Uint8Array([0, 0, 8, 1, 0, 0, 0, 1, 7]) }

/** A copy of the sound run with something done to its newest checkpoint. */
const damaged = (name: string, damage: (checkpoint: string) => void): string => {
  const copy = path(name)
  rmSync(copy, { recursive: true, force: true })
  cpSync(path('sound'), copy, { recursive: true })
  const checkpoints = join(copy, 'checkpoints')
  for (const step of readdirSync(checkpoints)) damage(join(checkpoints, step))
  return name
}
const editJson = (file: string, edit: (json: Record<string, unknown>) => void) => {
  const json = JSON.parse(readFileSync(file, 'utf8'))
  edit(json)
  writeFileSync(file, JSON.stringify(json))
}
const folder = (name: string, files: Record<string, string | Uint8Array>) => {
  mkdirSync(path(name), { recursive: true })
  for (const [file, content] of Object.entries(files)) put(join(name, file), content)
  return name
}

beforeAll(async () => {
  put('recipe.json', tinyRecipe())
  const trained = await place.run(['train', 'recipe.json', '--out', 'sound', ...cpu])
  expect([trained.code, trained.err]).toEqual([0, expect.any(String)])
}, 60_000)
afterAll(place.remove)

type Fault = readonly [kind: string, args: () => readonly string[], message: RegExp]

const faults: readonly Fault[] = [
  // Flags and arguments
  ['an unknown command', () => ['trian', 'ring'], /unknown command 'trian'[\s\S]*Did you mean train/],
  ['an unknown flag', () => ['train', 'ring', '--step', '3'], /unknown option '--step'[\s\S]*--steps/],
  ['a flag without its value', () => ['train', 'ring', '--steps'], /'--steps <n>' argument missing/],
  [
    'a count that is no number',
    () => ['train', 'ring', '--steps', 'many'],
    /--steps: expected a whole number >= 1, got "many"/,
  ],
  [
    'a count below its least',
    () => ['train', 'ring', '--batch', '0'],
    /--batch: expected a whole number >= 1, got "0"/,
  ],
  [
    'a negative seed',
    () => ['train', 'ring', '--seed', '-1'],
    /--seed: expected a whole number >= 0, got "-1"/,
  ],
  ['no recipe at all', () => ['train'], /which recipe\? Give a name \(dcgan, mnist, ring\)/],
  ['too many arguments', () => ['train', 'ring', 'mnist'], /too many arguments/],
  [
    'an unknown recipe',
    () => ['train', 'rign'],
    /unknown recipe "rign"; did you mean "ring"\? known: dcgan, mnist, ring/,
  ],
  [
    'an unknown backend',
    () => ['train', 'ring', '--out', 'new', '--backend', 'cuda9'],
    /unknown backend "cuda9"; known here: auto/,
  ],
  ['an unknown kind', () => ['list', 'loss'], /unknown kind "loss"; did you mean "losses"\?/],
  [
    'a malformed assignment',
    () => ['train', 'ring', '--set', 'game.loss'],
    /--set game\.loss: expected path=value/,
  ],
  [
    'an assignment into a prototype',
    () => ['train', 'ring', '--set', '__proto__.x=1'],
    /"__proto__\.x" is not a path in a recipe/,
  ],
  [
    '--size for data that has none',
    () => ['train', 'ring', '--size', '32'],
    /--size 32: only folders of pictures can be resized/,
  ],
  [
    '--resume without a folder',
    () => ['train', '--resume'],
    /--resume: say which run to continue with --out/,
  ],
  [
    '--resume with a new seed',
    () => ['train', '--resume', '--out', 'sound', '--seed', '3'],
    /continued with its own seed/,
  ],
  [
    '--out that holds a run',
    () => ['train', 'recipe.json', '--out', 'sound', ...cpu],
    /--out sound holds a run already: continue it with --resume/,
  ],
  [
    '--out that is a file',
    () => ['train', 'recipe.json', '--out', put('file.txt', 'x')],
    /--out file\.txt is a file: give a folder/,
  ],

  // Recipes
  ['a recipe file that is not there', () => ['train', 'none.json'], /recipe file none\.json does not exist/],
  ['a recipe that is not JSON', () => ['train', put('bad.json', '{ "recipe": 1,')], /bad\.json is not JSON/],
  ['JSON that is no recipe', () => ['train', put('list.json', '[1]')], /list\.json: expected an object/],
  [
    'an object that is no recipe',
    () => train({ name: 'x' }),
    /not a recipe: the field "recipe": 1 is missing/,
  ],
  [
    'a recipe of a later format',
    () => train(tinyRecipe({ recipe: 2 })),
    /recipe format 2 is not known here \(known: 1\); install a newer/,
  ],
  [
    'a mistyped field',
    () => train(tinyRecipe({ stpes: 3 })),
    /unknown field "stpes"; did you mean "steps"\?/,
  ],
  ['a missing field', () => train(tinyRecipe({ data: undefined })), /the field "data" is missing/],
  [
    'a field of the wrong type',
    () => train(tinyRecipe({ batch: '4' })),
    /\.batch: expected a positive integer, got "4"/,
  ],
  [
    'an unknown loss',
    () => train(withGame({ loss: 'nonSaturatng' })),
    /recipe\.game\.loss: unknown loss "nonSaturatng"; did you mean "nonSaturating"\?/,
  ],
  [
    'an unknown option',
    () => train(withGame({ critic: { name: 'mlp.critic', hiden: [4] } })),
    /recipe\.game\.critic: unknown option of "mlp\.critic" "hiden"; did you mean "hidden"\?/,
  ],
  [
    'an option of the wrong type',
    () => train(withGame({ critic: { name: 'mlp.critic', hidden: 4 } })),
    /recipe\.game\.critic\.hidden: expected a list/,
  ],
  ['a missing part', () => train(withGame({ critic: undefined })), /recipe\.game\.critic: must be given/],
  [
    'a value out of range',
    () => train(tinyRecipe({ optimizer: { name: 'adam', beta1: 1 } })),
    /recipe\.optimizer: adam: beta1 must lie in \[0, 1\), got 1/,
  ],
  [
    'k = 0',
    () => train(tinyRecipe({ dynamics: { name: 'alternating', order: { critic: 0 } } })),
    /"critic" must move a whole number of times >= 1 a step, got 0/,
  ],
  [
    'a player the game lacks',
    () => train(tinyRecipe({ dynamics: { name: 'alternating', order: { police: 1 } } })),
    /no player "police"; its players are critic, generator/,
  ],
  [
    'an optimizer for one player only',
    () => train(tinyRecipe({ optimizer: { players: { critic: 'adam' } } })),
    /no optimizer for player "generator"/,
  ],
  [
    'parts whose shapes do not fit',
    () => train(withGame({ latent: { name: 'gaussian', dimensions: 3 } })),
    /mlp\.generator: expected input \[n, 2\], got \[4,3\]; set the generator's dimensions to 3/,
  ],

  // Data
  [
    'data that is nowhere',
    () => ['train', 'dcgan', '--data', './none', '--out', 'new'],
    /--data \.\/none: neither a dataset \(.*\) nor a folder that exists/,
  ],
  [
    'an empty folder of pictures',
    () => ['train', 'dcgan', '--data', folder('empty', {}), '--size', '16', '--out', 'new', ...cpu],
    /empty.*(no|empty)/i,
  ],
  [
    'a picture that is none',
    () => [
      'train',
      'dcgan',
      '--data',
      folder('fake', { 'a.png': 'not a picture' }),
      '--size',
      '16',
      '--out',
      'new',
      ...cpu,
    ],
    /a\.png/,
  ],
  [
    'pictures of mixed sizes',
    () => [
      'train',
      'dcgan',
      '--data',
      folder('mixed', { 'a.png': png(16), 'b.png': png(20) }),
      '--out',
      'new',
      ...cpu,
    ],
    /size/,
  ],
  [
    'images without labels',
    () => ['train', 'mnist', '--data', folder('./unlabelled', images), '--out', 'new', ...cpu],
    /unlabelled: expected the file train-labels-idx1-ubyte or train-labels-idx1-ubyte\.gz, there is neither/,
  ],
  [
    'a truncated IDX file',
    () => ['train', 'mnist', '--data', folder('./digits', { ...images, ...labels }), '--out', 'new', ...cpu],
    /train-images-idx3-ubyte/,
  ],
  [
    'a CIFAR-10 file of the wrong length',
    () => [
      'train',
      'dcgan',
      '--data',
      folder('cifar', { 'data_batch_1.bin': new Uint8Array(100) }),
      '--out',
      'new',
      ...cpu,
    ],
    /data_batch_1\.bin/,
  ],

  // Plugins
  [
    'a plugin file that is not there',
    () => ['list', '--plugin', './none.js'],
    /plugin file "\.\/none\.js" does not exist/,
  ],
  [
    'a plugin package that is not installed',
    () => ['list', '--plugin', 'no-such-plugin'],
    /plugin package "no-such-plugin" is not installed here: npm install no-such-plugin/,
  ],
  [
    'a plugin with a syntax error',
    () => ['list', '--plugin', `./${put('broken.mjs', 'export default {')}`],
    /plugin "\.\/broken\.mjs" failed to load/,
  ],
  [
    'a plugin that exports nothing',
    () => ['list', '--plugin', `./${put('nothing.mjs', 'export const a = 1')}`],
    /has no plugin object as its default export/,
  ],
  [
    'a plugin that takes a known name',
    () => [
      'list',
      '--plugin',
      `./${put('thief.mjs', "export default { name: 'thief', losses: { hinge: () => ({}) } }")}`,
    ],
    /loss "hinge" is provided by both "@equilibria\/losses" and "thief"/,
  ],
  [
    'a recipe whose plugin was not allowed',
    () => train(tinyRecipe({ plugins: ['./mine.mjs'] })),
    /uses the plugin \.\/mine\.mjs, which is code: if you trust it, allow it with --plugin \.\/mine\.mjs/,
  ],

  // Runs and checkpoints
  ['a run that is not there', () => ['sample', 'nowhere', ...cpu], /no run at .*nowhere: check the path/],
  [
    'a folder that is no run',
    () => ['sample', folder('plain', { 'a.txt': '' }), ...cpu],
    /holds no checkpoint/,
  ],
  [
    'a truncated checkpoint',
    () => ['sample', damaged('truncated', c => truncateSync(join(c, 'params.safetensors'), 40)), ...cpu],
    /params\.safetensors/,
  ],
  [
    'a checkpoint with flipped bits',
    () => [
      'sample',
      damaged('flipped', c => {
        const file = join(c, 'params.safetensors')
        const bytes = readFileSync(file)
        bytes[bytes.length - 5]! ^= 0x40
        writeFileSync(file, bytes)
      }),
      ...cpu,
    ],
    /params\.safetensors.*(checksum|differ|altered|damaged)/i,
  ],
  [
    'a checkpoint without one of its files',
    () => ['sample', damaged('lacking', c => rmSync(join(c, 'params.safetensors'))), ...cpu],
    /params\.safetensors/,
  ],
  [
    'a checkpoint of a later version',
    () => [
      'sample',
      damaged('later', c =>
        editJson(join(c, 'checkpoint.json'), j => {
          j.version = 99
          j.format = 99
        }),
      ),
      ...cpu,
    ],
    /newer|later|version/i,
  ],
  [
    'a checkpoint whose files point elsewhere',
    () => [
      'sample',
      damaged('outside', c =>
        editJson(join(c, 'checkpoint.json'), j => {
          j.files = JSON.parse(
            JSON.stringify(j.files).replaceAll('params.safetensors', '../../../recipe.json'),
          )
        }),
      ),
      ...cpu,
    ],
    /checkpoint\.json/,
  ],
  [
    'a checkpoint that does not fit its recipe',
    () => [
      'sample',
      damaged('other', c =>
        editJson(join(c, 'checkpoint.json'), j => {
          const text = JSON.stringify(j).replaceAll('"hidden":[4]', '"hidden":[5]')
          for (const k of Object.keys(j)) delete j[k]
          Object.assign(j, JSON.parse(text))
        }),
      ),
      ...cpu,
    ],
    /does not fit its recipe|checkpoint\.json/,
  ],
  [
    'continuing with other networks',
    () => [
      'train',
      put('wide.json', withGame({ critic: { name: 'mlp.critic', hidden: [9] } })),
      '--resume',
      '--out',
      'sound',
      ...cpu,
      '--steps',
      '5',
    ],
    /not of this game/,
  ],
  [
    'fine-tuning from weights that fit nowhere',
    () =>
      train(
        withGame({
          generator: { name: 'mlp.generator', dimensions: 2, hidden: [7, 7] },
          critic: { name: 'mlp.critic', hidden: [7, 7] },
        }),
        '--from',
        'sound',
      ),
    /no parameter matches the source/,
  ],
  [
    'a class from a run without classes',
    () => ['sample', 'sound', '--class', '3', ...cpu],
    /class 3 was asked for, but this generator was trained without classes/,
  ],
  [
    '--out with the wrong extension',
    () => ['sample', 'sound', '--grid', '--out', 'x.jpg', ...cpu],
    /--out x\.jpg: this writes one \.png file/,
  ],
  [
    'an evaluation the data does not fit',
    () => ['evaluate', 'sound', '--with', 'digits', ...cpu],
    /digits: the classifier knows MNIST digits \[28, 28, 1\] only/,
  ],
  [
    'an export without a format',
    () => ['export', 'sound'],
    /required option '--format <name>' not specified/,
  ],
  [
    'an unknown format',
    () => ['export', 'sound', '--format', 'onxn'],
    /--format: unknown format "onxn"; did you mean "onnx"\? known: onnx, safetensors, tfjs/,
  ],
  [
    'an export of a run that is not there',
    () => ['export', 'nowhere', '--format', 'onnx'],
    /no run at .*nowhere/,
  ],
  [
    'an export of a damaged run',
    () => [
      'export',
      damaged('half', c => truncateSync(join(c, 'params.safetensors'), 40)),
      '--format',
      'safetensors',
    ],
    /params\.safetensors/,
  ],
  [
    'an export with the wrong extension',
    () => ['export', 'sound', '--format', 'onnx', '--out', 'x.tflite'],
    /--out x\.tflite: this writes one \.onnx file/,
  ],
  [
    'a tfjs export onto a file',
    () => ['export', 'sound', '--format', 'tfjs', '--out', put('model.json', '{}')],
    /--out model\.json is a file: tfjs models are folders/,
  ],
  [
    'a tfjs export into a folder of other files',
    () => ['export', 'sound', '--format', 'tfjs', '--out', 'sound'],
    /--out sound holds other files \(checkpoints\): give a folder of its own/,
  ],
  [
    'an export for no rows',
    () => ['export', 'sound', '--format', 'onnx', '--batch', '0'],
    /--batch: expected a whole number >= 1, got "0"/,
  ],
  [
    'a batch for weights alone',
    () => ['export', 'sound', '--format', 'safetensors', '--batch', '4'],
    /a safetensors file holds weights and no graph; leave --batch out/,
  ],
  ['an unknown evaluation', () => ['evaluate', 'sound', '--with', 'fid', ...cpu], /unknown evaluation "fid"/],
]

const contents = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter(e => e.isFile())
    .map(e => join(e.parentPath, e.name))
    .sort()
    .map(file => `${file} ${readFileSync(file).toString('base64')}`)

describe('faults', () => {
  it(`there are ${faults.length}, each of its own kind`, () => {
    expect(faults.length).toBeGreaterThanOrEqual(30)
    expect(new Set(faults.map(([kind]) => kind)).size).toBe(faults.length)
  })

  it.each(faults)('%s', async (_, args, message) => {
    const given = args()
    const before = contents(path('sound'))
    const { code, err, out } = await place.run(given)
    expect(err).toMatch(message)
    expect(code).toBe(2)
    // One paragraph for people: no stack, no lines of code, nothing printed as a result.
    expect(err).not.toMatch(/\n\s+at |Error:|node_modules/)
    expect(out).toBe('')
    expect(contents(path('sound'))).toEqual(before)
    expect(existsSync(path('new/checkpoints'))).toBe(false)
    rmSync(path('new'), { recursive: true, force: true })
  })
})
