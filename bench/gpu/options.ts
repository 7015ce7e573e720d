import { modelNames, partNames } from '../options.ts'

/** Columns of a machine with a GPU: PyTorch on CUDA, tfjs and ONNX Runtime on WebGPU, ONNX Runtime on CUDA where it is installed. */
export const gpuColumns: readonly string[] = [
  'torch-cuda',
  'torch-cuda-tuned',
  'torch-cuda-compiled',
  'onnxruntime-node-webgpu@wasm',
  'onnxruntime-node-cuda@wasm',
  'eager@webgpu',
  'tfjs@webgpu',
]

/** What a program that plays a GPU can do in minutes: a step of the larger models takes it many seconds. */
const softwareDefaults = { batch: '2', rounds: '1', seconds: '0.2', patience: '600' }

export const usage = `npm run bench:gpu -- [part ...] [options]

Parts: ${partNames.join(', ')}, or all (default steps)
  --software        let a program that plays a GPU (SwiftShader, llvmpipe) pass for one; then the default
                    is little work: ${Object.entries(softwareDefaults)
                      .map(([option, value]) => `--${option} ${value}`)
                      .join(' ')}
  --needs           say what must be carried to a machine without a network, and do nothing else
  --check-batch n   rows of the steps that are compared with the processor's (default 4)
  --models a,b      of ${modelNames.join(', ')} (default all)
  --columns a,b     (default ${gpuColumns.join(',')})
  and --batch, --rounds, --threads, --seconds, --patience, --wait, --name as of npm run bench
`

/** The command line: what is of the GPU, and the rest, which is the bench's. Throws, in words, on what is wrong with the former. */
export function gpuOptionsOf(argv: readonly string[]) {
  const rest = [...argv]
  const flag = (name: string) => {
    const at = rest.indexOf(name)
    if (at >= 0) rest.splice(at, 1)
    return at >= 0
  }
  const software = flag('--software')
  const needs = flag('--needs')
  const at = rest.indexOf('--check-batch')
  const [, text = ''] = at < 0 ? ['', '4'] : rest.splice(at, 2)
  const checkBatch = Number(text)
  if (!(Number.isInteger(checkBatch) && checkBatch > 0))
    throw new Error(`--check-batch takes a whole number above zero, got "${text}"`)
  const defaults = { columns: gpuColumns.join(), ...(software && softwareDefaults) }
  for (const [option, value] of Object.entries(defaults))
    if (!rest.some(each => each === `--${option}` || each.startsWith(`--${option}=`)))
      rest.push(`--${option}`, value)
  return { software, needs, checkBatch, rest }
}
