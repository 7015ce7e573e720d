import { chooseEngine, type EngineCandidate, type EngineChoice } from './choose.ts'
import { compiled } from './engine.ts'
import { onnxruntimeNode } from './targets/onnxruntime-node.ts'
import { onnxruntimeWeb } from './targets/onnxruntime-web.ts'

export type { EngineAttempt, EngineChoice } from './choose.ts'
export { type OnnxruntimeNodeOptions, onnxruntimeNode } from './targets/onnxruntime-node.ts'

/** Engines in Node; `auto` tries those without a GPU's name, in this order: small games are faster on the processor. */
const candidates = (threads?: number): readonly EngineCandidate[] => {
  const own = threads === undefined ? {} : { threads }
  return [
    { name: 'onnxruntime-node', make: async () => compiled(await onnxruntimeNode(own)) },
    { name: 'onnxruntime-web', make: async () => compiled(await onnxruntimeWeb(own)) },
    ...(['webgpu', 'cuda'] as const).map(provider => ({
      name: `onnxruntime-node-${provider}`,
      named: true,
      make: async () => compiled(await onnxruntimeNode({ ...own, provider })),
    })),
  ]
}

/** Names that `useEngine` takes. */
export const engineNames: readonly string[] = ['auto', 'eager', ...candidates().map(({ name }) => name)]

/**
 * The engine called `name` (default `auto`: compiled on onnxruntime-node if it is installed, else on onnxruntime-web, else eager).
 * `onnxruntime-node-webgpu` and `onnxruntime-node-cuda` are taken only where they are asked for.
 * Throws on unknown names, and on an engine asked for by name that cannot be had.
 */
export const useEngine = (name = 'auto', { threads }: { threads?: number } = {}): Promise<EngineChoice> =>
  chooseEngine(candidates(threads), name)
