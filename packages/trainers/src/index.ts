export { recipeChanges } from './begin.ts'
export {
  type About,
  CheckpointError,
  type CheckpointFault,
  type CheckpointStore,
  type Found,
  memoryStore,
  restoreState,
  type Snapshot,
  takeSnapshot,
} from './checkpoint.ts'
export { DivergenceError } from './divergence.ts'
export type { Source } from './feed.ts'
export { download, type Numbers, upload } from './host.ts'
export { type ConsoleOptions, consoleLogger, type Output } from './loggers/console.ts'
export type { LogEntry, Logger, Progress, RunInfo, Sample, Summary } from './loggers/logger.ts'
export { type MemoryLogger, memoryLogger } from './loggers/memory.ts'
export type { Every, Picture, Run, Trained, TrainOptions } from './options.ts'
export { trainersPlugin } from './plugin.ts'
export type { Series } from './report/chart.ts'
export { type Curves, curvesOf } from './report/curves.ts'
export { type ReportImage, type ReportParts, type ReportTable, renderReport } from './report/report.ts'
export {
  decodeSafetensors,
  encodeSafetensors,
  type HostTensor,
  type NamedTensors,
  safetensorsMetadata,
} from './safetensors.ts'
export { type EmaOptions, type EmaState, ema } from './slots/ema.ts'
export { train } from './train.ts'
export { type WarmStart, type WarmStartOptions, warmStart } from './warm-start.ts'
