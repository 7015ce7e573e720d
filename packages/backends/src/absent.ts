/**
 * The error to throw where an optional package could not be imported: that it is not installed where that is the whole
 * trouble, the cause itself otherwise.
 *
 * The `import()` stays with whoever calls this, inside a `try`, its package written out: so written, bundlers leave a
 * missing package for run time (Vite knows optional peer dependencies; webpack and esbuild warn; Rollup leaves the import
 * as it is).
 */
export function absent(packageName: string, cause: unknown): Error {
  const error = cause instanceof Error ? cause : new Error(String(cause))
  // Node, bundlers and browsers put the name of what they cannot find between quotes of one kind or another; where a file
  // of the package is what is missing, more stands between them.
  const missing = [`'${packageName}'`, `"${packageName}"`, `“${packageName}”`].some(name =>
    error.message.includes(name),
  )
  return missing ? new Error(`${packageName} is not installed`, { cause }) : error
}
