/**
 * Kernels written in other kernels of the same backend: for GPU backends and the TensorFlow library, whose own memory and
 * programs are not touched.
 *
 * @module
 */
import { getKernel, type KernelBackend, type NamedAttrMap, type TensorInfo } from '@tensorflow/tfjs-core'
import { overlay } from '../overlay.ts'

/** What a composition is given: what the kernel was called with, and the backend's kernels to answer it with. */
export interface Call<A> {
  readonly inputs: Readonly<Record<string, TensorInfo>>
  readonly attrs: A
  /** Runs a kernel with one output. Whatever is made is released at the end, but for what the composition answers. */
  run(kernelName: string, inputs: Record<string, TensorInfo>, attrs?: object): TensorInfo
  /** Runs the backend's own kernel of this name: with what this one was called with, unless told otherwise. */
  stock(inputs?: Record<string, TensorInfo>, attrs?: object): TensorInfo
  /** The same data under another shape. */
  reshape(x: TensorInfo, shape: readonly number[]): TensorInfo
}

/** A kernel by its tfjs name, and how it is composed. The answer must come from the call's functions. */
export interface Composition {
  readonly kernelName: string
  readonly compose: (call: Call<never>) => TensorInfo
}

/** States the attributes' type of a composition. */
export const composition = <A>(kernelName: string, compose: (call: Call<A>) => TensorInfo): Composition => ({
  kernelName,
  compose,
})

/** Registers compositions over a backend's kernels. Idempotent. */
export function registerCompositions(backendName: string, compositions: readonly Composition[]): void {
  for (const { kernelName, compose } of compositions)
    overlay(backendName, kernelName, stock => ({ inputs, attrs, backend }) => {
      const own = backend as KernelBackend
      const made: TensorInfo[] = []
      const call = (kernel: typeof stock, name: string, from: object, how: object): TensorInfo => {
        if (!kernel)
          throw new Error(`${kernelName} (${backendName}): needs the kernel ${name}, which is not there`)
        const out = kernel({ inputs: from as never, attrs: how as NamedAttrMap, backend: own }) as TensorInfo
        made.push(out)
        return out
      }
      const run: Call<unknown>['run'] = (name, from, how = {}) =>
        call(getKernel(name, backendName)?.kernelFunc, name, from, how)
      let answer: TensorInfo | undefined
      try {
        answer = compose({
          inputs,
          attrs,
          run,
          stock: (from = inputs as Record<string, TensorInfo>, how = attrs as object) =>
            call(stock, kernelName, from, how),
          reshape: (x, shape) => run('Reshape', { x }, { shape }),
        } as Call<unknown> as Call<never>)
        return answer
      } finally {
        for (const info of made) if (info !== answer) own.disposeData(info.dataId)
      }
    })
}
