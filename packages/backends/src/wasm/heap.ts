/**
 * What a kernel of ours needs of tfjs-backend-wasm: where a tensor lies on its heap, room for an output, and
 * the kernels that are already there.
 *
 * @module
 */
import {
  backend_util,
  type DataType,
  getKernel,
  type KernelBackend,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'
import type { OverlaidKernel } from '../overlay.ts'

/** The part of tfjs-backend-wasm's `BackendWasm` that kernels use. */
export interface WasmBackend extends KernelBackend {
  readonly wasm: {
    /** The emscripten module's own exports; its memory among them. */
    readonly asm?: Record<string, unknown>
    readonly HEAPU8: Uint8Array
    _malloc(bytes: number): number
    _free(address: number): void
  }
  readonly dataIdMap: { get(dataId: object): { memoryOffset: number } }
  makeOutput(shape: readonly number[], dtype: DataType): TensorInfo
  incRef(dataId: object): void
}

/** A kernel's arguments with the attributes' type stated. */
export interface KernelCall<A = unknown> {
  inputs: Record<string, TensorInfo>
  attrs: A
  backend: WasmBackend
}

/** A kernel of ours. */
export type WasmKernel = OverlaidKernel

/** States the attributes' type of a kernel. */
export const wasmKernel = <A>(
  kernelName: string,
  kernel: (call: KernelCall<A>, stock: () => TensorInfo) => TensorInfo | TensorInfo[],
): WasmKernel => ({ kernelName, kernel })

/** Runs the registered wasm kernel `name`; for kernels with one output. */
export function run(
  backend: WasmBackend,
  name: string,
  inputs: NamedTensorInfoMap,
  attrs: object = {},
): TensorInfo {
  const kernel = getKernel(name, 'wasm')
  if (!kernel) {
    throw new Error(`wasm: kernel ${name} is not registered; import '@tensorflow/tfjs-backend-wasm' first`)
  }
  return kernel.kernelFunc({ inputs, attrs: attrs as unknown as NamedAttrMap, backend }) as TensorInfo
}

/** Gives intermediates back to the heap. */
export function release(backend: WasmBackend, ...infos: readonly TensorInfo[]): void {
  for (const info of infos) backend.disposeData(info.dataId)
}

/** The same data under another shape; the result holds a reference of its own and is released separately. */
export function reshaped(backend: WasmBackend, x: TensorInfo, shape: readonly number[]): TensorInfo {
  backend.incRef(x.dataId)
  return { dataId: x.dataId, shape: [...shape], dtype: x.dtype }
}

/** Address of the first element, in bytes. */
export const address = (backend: WasmBackend, x: TensorInfo): number =>
  backend.dataIdMap.get(x.dataId).memoryOffset

/** The tensor's elements as a view of the heap. Valid until the next allocation, which may move the heap. */
export function floats(backend: WasmBackend, x: TensorInfo): Float32Array {
  return new Float32Array(backend.wasm.HEAPU8.buffer, address(backend, x), util.sizeFromShape(x.shape))
}

/** As {@link floats} for int32. */
export function ints(backend: WasmBackend, x: TensorInfo): Int32Array {
  return new Int32Array(backend.wasm.HEAPU8.buffer, address(backend, x), util.sizeFromShape(x.shape))
}

/** As {@link floats} for bool. */
export function bytes(backend: WasmBackend, x: TensorInfo): Uint8Array {
  return new Uint8Array(backend.wasm.HEAPU8.buffer, address(backend, x), util.sizeFromShape(x.shape))
}

/** Attributes shared by the 2-d convolution kernels. */
export interface ConvAttrs {
  strides: [number, number] | number
  dilations?: [number, number] | number
  pad: 'valid' | 'same' | number | backend_util.ExplicitPadding
  dataFormat?: 'NHWC' | 'NCHW'
  dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

/**
 * Geometry of a convolution from input shape, filter shape and attributes.
 *
 * @throws where the data format is not NHWC
 */
export function convInfo(
  kernel: string,
  xShape: readonly number[],
  filterShape: readonly number[],
  attrs: ConvAttrs,
  depthwise = false,
): backend_util.Conv2DInfo {
  if (attrs.dataFormat && attrs.dataFormat !== 'NHWC') {
    throw new Error(
      `${kernel} (wasm): expected dataFormat NHWC, got ${attrs.dataFormat}; transpose the input to NHWC`,
    )
  }
  return backend_util.computeConv2DInfo(
    xShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    attrs.strides,
    attrs.dilations ?? 1,
    attrs.pad,
    attrs.dimRoundingMode,
    depthwise,
  )
}
