import type { Graph } from '../graph.ts'
import { expression } from './expression.ts'
import { type Func, moduleOf } from './wasm.ts'

/** A compiled element-wise graph. */
export interface Kernel {
  /**
   * Computes the graph for `n` elements: its size, or another if nothing of the graph depends on it. Addresses are in bytes,
   * multiples of 64; see `expression` for what may lie where.
   */
  run(n: number, inputs: readonly number[], outputs: readonly number[]): void
}

/**
 * One kernel for each graph, on tensors in `memory`. Graphs of the same structure (an optimizer's updates of several parameters) share
 * one function, and all functions one module, which is compiled here and now.
 */
export function fuse(graphs: readonly Graph[], memory: WebAssembly.Memory): readonly Kernel[] {
  const functions = new Map<string, { index: number; func: Func }>()
  const indices = graphs.map(graph => {
    const func = expression(graph)
    const key = `${func.parameters}:${func.body}`
    const { index } = functions.get(key) ?? { index: functions.size }
    functions.set(key, { index, func })
    return index
  })
  // In a browser's main thread modules of more than 8 MB must be compiled asynchronously; a kernel has about one KB.
  const module = new WebAssembly.Module(
    moduleOf(
      [...functions.values()].map(({ func }) => func),
      typeof SharedArrayBuffer !== 'undefined' && memory.buffer instanceof SharedArrayBuffer,
    ),
  )
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  const kernels = [...functions.values()].map(({ index }): Kernel => {
    const compute = exports[`${index}`] as (...integers: number[]) => void
    return { run: (n, inputs, outputs) => compute(n, ...inputs, ...outputs) }
  })
  return indices.map(index => kernels[index]!)
}
