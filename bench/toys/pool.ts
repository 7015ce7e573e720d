/**
 * Does `work` for every item, begun in order, at most `jobs` at a time. What answers false or throws lets nothing more begin; the first
 * error is thrown when all that had begun is over.
 */
export async function pooled<T>(
  items: readonly T[],
  jobs: number,
  work: (item: T) => Promise<boolean>,
): Promise<void> {
  const left = [...items]
  const errors: unknown[] = []
  const next = async (): Promise<void> => {
    const item = left.shift()
    if (item === undefined) return
    const goOn = await work(item).catch((e: unknown) => {
      errors.push(e)
      return false
    })
    if (!goOn) left.length = 0
    return next()
  }
  await Promise.all(Array.from({ length: jobs }, next))
  if (errors.length > 0) throw errors[0]
}
