import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { drawShapes } from './shapes.ts'

// Any folder of PNG or JPEG files will do; without one, some simple pictures are drawn to have something to train on.
const [folder = join(import.meta.dirname, 'pictures'), ...flags] = process.argv.slice(2)
if (!existsSync(folder)) drawShapes(folder, 600)
const command = join(import.meta.dirname, '../../packages/equilibria/src/cli/main.ts')
const recipe = join(import.meta.dirname, 'recipe.json')
const { status } = spawnSync(
  process.execPath,
  [
    '--import',
    'tsx',
    '--conditions=@equilibria/source',
    command,
    'train',
    recipe,
    '--data',
    folder,
    ...flags,
  ],
  { stdio: 'inherit' },
)
process.exitCode = status ?? 1
