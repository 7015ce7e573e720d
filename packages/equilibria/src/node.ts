export { load } from './node/load.ts'
export { isRun, openRun, type RunFolder, runPaths } from './node/run-folder.ts'
