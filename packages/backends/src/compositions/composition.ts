/**
 * Kernels written in other kernels of the same backend: for GPU backends and the TensorFlow library, whose own memory and
 * programs are not touched.
 *
 * @module
 */
import { getKernel, type KernelBackend, type NamedAttrMap, type TensorInfo } from '@tensorflow/tfjs-core'
import { overlay } from '../overlay.ts'

/** What a kernel answers: a tensor, or a list of them. */
export type Answer = TensorInfo | readonly TensorInfo[]

/** What a composition is given: what the kernel was called with, and the backend's kernels to answer it with. */
export interface Call<A, R extends Answer = TensorInfo> {
  readonly inputs: Readonly<Record<string, TensorInfo>>
  readonly attrs: A
  /** Runs a kernel with one output. Whatever is made is released at the end, but for what the composition answers. */
  run(kernelName: string, inputs: Record<string, TensorInfo>, attrs?: object): TensorInfo
  /** Runs the backend's own kernel of this name: with what this one was called with, unless told otherwise. */
  stock(inputs?: Record<string, TensorInfo>, attrs?: object): R
  /** The same data under another shape. */
  reshape(x: TensorInfo, shape: readonly number[]): TensorInfo
}

/** A kernel by its tfjs name, and how it is composed. The answer must come from the call's functions. */
export interface Composition {
  readonly kernelName: string
  readonly compose: (call: Call<never, never>) => Answer
}

/** States the types of a composition's attributes and answer. */
export const composition = <A, R extends Answer = TensorInfo>(
  kernelName: string,
  compose: (call: Call<A, R>) => R,
): Composition => ({
  kernelName,
  compose,
})

/** Registers compositions over a backend's kernels. Idempotent. */
export function registerCompositions(backendName: string, compositions: readonly Composition[]): void {
  for (const { kernelName, compose } of compositions)
    overlay(backendName, kernelName, stock => ({ inputs, attrs, backend }) => {
      const own = backend as KernelBackend
      const made: TensorInfo[] = []
      const call = <R extends Answer>(kernel: typeof stock, name: string, from: object, how: object): R => {
        if (!kernel)
          throw new Error(`${kernelName} (${backendName}): needs the kernel ${name}, which is not there`)
        const out = kernel({ inputs: from as never, attrs: how as NamedAttrMap, backend: own }) as Answer
        made.push(...[out].flat())
        return out as R
      }
      const run: Call<unknown>['run'] = (name, from, how = {}) =>
        call(getKernel(name, backendName)?.kernelFunc, name, from, how)
      let answer: Answer | undefined
      try {
        answer = compose({
          inputs,
          attrs,
          run,
          stock: (from = inputs as Record<string, TensorInfo>, how = attrs as object) =>
            call(stock, kernelName, from, how),
          reshape: (x, shape) => run('Reshape', { x }, { shape }),
        } as Call<unknown, never> as Call<never, never>)
        return answer as TensorInfo | TensorInfo[]
      } finally {
        const kept = [answer].flat()
        for (const info of made) if (!kept.includes(info)) own.disposeData(info.dataId)
      }
    })
}
