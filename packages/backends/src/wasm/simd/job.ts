import type { WasmBackend } from '../heap.ts'
import { type Crew, crewOf, discharge } from './crew.ts'
import { simd } from './index.ts'
import type { Simd } from './module.ts'

/** A call of one of the module's functions. */
export type Call = readonly [name: keyof Simd, ...numbers: number[]]

/** Bytes from an address on. */
export interface Span {
  at: number
  bytes: number
}

/** A kernel's work, cut into units that are computed independently: any range of them is a part, whoever computes it. */
export interface Job {
  units: number
  /** Parts start at multiples of this. */
  grain: number
  /** Multiplications in all. */
  cost: number
  /** What units [from, to) read. */
  reads(from: number, to: number): readonly Span[]
  /** Bytes of one unit's result; results lie one after the other. */
  unitBytes: number
  /** Bytes of room that a part needs besides; its address comes after those of the reads. */
  scratch?: number
  /** The calls that compute units [from, to), given where the reads, the room and the part's result lie. */
  calls(at: readonly number[], out: number, from: number, to: number): readonly Call[]
}

/** Multiplications in a second on one core, roughly. */
const SPEED = 18e9
/** Bytes in a second between memories, roughly. */
const COPYING = 12e9
/** Seconds that handing a part to a worker takes, roughly. */
const HANDING = 60e-6

function execute(backend: WasmBackend, job: Job, out: number, from: number, to: number): void {
  const module = simd(backend)
  const at = job.reads(from, to).map(span => span.at)
  const room = job.scratch ? backend.wasm._malloc(job.scratch) : 0
  if (job.scratch) at.push(room)
  for (const [name, ...numbers] of job.calls(at, out + from * job.unitBytes, from, to)) {
    ;(module[name] as (...args: number[]) => void)(...numbers)
  }
  if (job.scratch) backend.wasm._free(room)
}

/** Where the parts start, and the end. */
function boundaries({ units, grain }: Job, parts: number): number[] {
  const grains = Math.ceil(units / grain)
  return Array.from({ length: parts + 1 }, (_, i) => Math.min(units, Math.ceil((grains * i) / parts) * grain))
}

/** Whether the time saved by `crew` is worth its trouble. */
function worthwhile(job: Job, crew: Crew): boolean {
  const others = crew.size / (crew.size + 1)
  const copied =
    job.reads(0, job.units).reduce((sum, span) => sum + span.bytes, 0) + job.units * job.unitBytes
  return (job.cost / SPEED) * others > HANDING + (copied * others) / COPYING
}

/**
 * Does a job whose result starts at address `out`: alone, or together with the backend's crew where there is one and the job
 * is large enough. The result has the same bits either way.
 */
export function perform(backend: WasmBackend, job: Job, out: number): void {
  const crew = crewOf(backend)
  if (!crew || job.units < 2 * job.grain || !worthwhile(job, crew)) {
    execute(backend, job, out, 0, job.units)
    return
  }
  const ends = boundaries(job, crew.size + 1)
  const mine = ends[1]!
  const heap = (): Uint8Array => backend.wasm.HEAPU8
  const handed = crew.hand(heap(), job, ends.slice(1))
  execute(backend, job, out, 0, mine)
  if (handed) {
    if (crew.collect(heap(), job, ends.slice(1), out)) return
    discharge(backend)
  }
  // What the others did not do is done here after all.
  execute(backend, job, out, mine, job.units)
}
