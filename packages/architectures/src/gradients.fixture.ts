import { registerWasmKernels } from '@equilibria/backends'
import { fromLeaves, key, leaves, mapTree, type Network, scoped } from '@equilibria/core'
import { type GradientCase, gradientFaults, gradientReports, type InputSpec } from '@equilibria/core/testing'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import { setBackend, tensor1d } from '@tensorflow/tfjs-core'

/** A network whose derivatives are to be proved, in its input [n, ...row] and in all its parameters, in `train` mode. */
export interface Given {
  readonly network: Network
  readonly row: readonly number[]
  /** Rows; 4 unless given. */
  readonly n?: number
  readonly classes?: number
  /** How inputs are drawn where not uniform in (-1, 1). */
  readonly draw?: Partial<InputSpec>
  /** Parameters are uniform in (-reach, reach); 1 unless given. */
  readonly reach?: number
}

/** The network as a function of its input and the leaves of its parameters. */
function gradientCase(name: string, { network, row, n = 4, classes, draw, reach = 1 }: Given): GradientCase {
  const { like, shapes } = scoped(() => {
    const params = network.init(key(1))
    return { like: mapTree(() => 0, params), shapes: leaves(params).map(t => t.shape) }
  })
  const labels = Array.from({ length: n }, (_, i) => (2 * i) % (classes ?? 1))
  return {
    name,
    inputs: [{ shape: [n, ...row], ...draw }, ...shapes.map(shape => ({ shape, from: -reach, to: reach }))],
    f: (x, ...own) =>
      network.apply(fromLeaves(like, own), x, {
        key: key(2),
        mode: 'train',
        path: '',
        memory: {},
        labels: classes === undefined ? undefined : tensor1d(labels, 'int32'),
      }),
  }
}

/**
 * Faults of first and second derivatives, mixed ones included, by name of the network: float64 against finite differences,
 * then cpu and wasm against float64. Tensors left behind are a fault.
 */
export async function faultsOf(given: Record<string, Given>): Promise<Record<string, string[]>> {
  registerWasmKernels()
  await setBackend('cpu')
  const cases = Object.entries(given).map(([name, g]) => gradientCase(name, g))
  const reports = await gradientReports(cases, { backends: ['cpu', 'wasm'], seed: 2 })
  const faults = cases.map((c, i) => [c.name, gradientFaults(c, reports[i]!)] as const)
  return Object.fromEntries(faults.filter(([, found]) => found.length > 0))
}
