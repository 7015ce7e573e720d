import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { loadTfjsNode } from './tfjs-node.ts'

// Built by scripts/build-tfjs-node.mjs; without it (and without the package itself) tests are skipped by name.
const built = fileURLToPath(new URL('../../../../.tfjs-node', import.meta.url))
if (!process.env.EQUILIBRIA_TFJS_NODE && existsSync(built)) process.env.EQUILIBRIA_TFJS_NODE = built

/** Why there is no tfjs-node here; absent where there is one. */
export const withoutTfjsNode = await loadTfjsNode('@tensorflow/tfjs-node', {}).then(
  () => undefined,
  (error: Error) => error.message.split('\n')[0],
)
