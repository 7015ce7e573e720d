import { engine, KernelBackend, type Tensor } from '@tensorflow/tfjs-core'
import type { Region } from './arena.ts'
import type { Values } from './graph.ts'

type DataId = Tensor['dataId']

interface Held {
  /** Where the numbers are: in the arena, or of its own once they had to leave it. */
  values: Values
  region: Region | undefined
  references: number
}

/**
 * Gives regions of an arena to tfjs as tensors, without copying: a storage that tfjs moves to its own backend when an operation
 * needs the numbers there. A region is lent to one tensor at a time.
 */
export interface Holder {
  /** A tensor whose numbers are the region's. */
  lend(region: Region): Tensor
  /** Another tensor of the same data. */
  share(tensor: Tensor): Tensor | undefined
  /** The region that a tensor was lent, if it still has it. */
  regionOf(tensor: Tensor): Region | undefined
  /** Whether a living tensor has the region. */
  isLent(region: Region): boolean
  /** Takes a region back; a tensor that has it gets a copy of its numbers. */
  reclaim(region: Region): void
}

class HeldStorage extends KernelBackend {
  readonly data = new WeakMap<DataId, Held>()
  readonly lent = new Map<Region, DataId>()
  private count = 0

  override numDataIds() {
    return this.count
  }
  override refCount(id: DataId) {
    return this.data.get(id)?.references ?? 0
  }
  override incRef(id: DataId) {
    const held = this.data.get(id)
    if (held) held.references++
  }
  override disposeData(id: DataId, force = false) {
    const held = this.data.get(id)
    if (!held) return true
    held.references--
    if (!force && held.references > 0) return false
    if (held.region) this.lent.delete(held.region)
    this.data.delete(id)
    this.count--
    return true
  }
  // Copies: the region is written again as soon as its tensor is gone.
  override readSync(id: DataId) {
    return this.data.get(id)!.values.slice()
  }
  override async read(id: DataId) {
    return this.readSync(id)
  }
  override timerAvailable() {
    return false
  }
  override floatPrecision(): 32 {
    return 32
  }
  override epsilon() {
    return 1e-7
  }
  add(region: Region): DataId {
    const id: DataId = {}
    this.data.set(id, { values: region.view, region, references: 1 })
    this.lent.set(region, id)
    this.count++
    return id
  }
}

export function createHolder(): Holder {
  const storage = new HeldStorage()
  const tensorOf = (id: DataId, shape: readonly number[], dtype: Tensor['dtype']) =>
    engine().makeTensorFromDataId(id, [...shape], dtype, storage)
  return {
    lend: region => tensorOf(storage.add(region), region.shape, region.dtype),
    share: tensor => {
      if (!storage.data.has(tensor.dataId)) return undefined
      storage.incRef(tensor.dataId)
      return tensorOf(tensor.dataId, tensor.shape, tensor.dtype)
    },
    regionOf: tensor => storage.data.get(tensor.dataId)?.region,
    isLent: region => storage.lent.has(region),
    reclaim: region => {
      const id = storage.lent.get(region)
      const held = id && storage.data.get(id)
      if (!held) return
      held.values = held.values.slice()
      held.region = undefined
      storage.lent.delete(region)
    },
  }
}
