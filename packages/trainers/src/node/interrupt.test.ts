import { afterEach, describe, expect, it, vi } from 'vitest'
import { withInterrupt } from './interrupt.ts'

afterEach(() => vi.restoreAllMocks())

/** What `withInterrupt` listens with, so that no other listener of the test runner is disturbed. */
const handlerOf = (name: 'SIGINT' | 'SIGTERM') => {
  const handler = process.listeners(name).at(-1)!
  return () => handler(name)
}

describe('withInterrupt', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s aborts, a second one ends the process', async (name, code) => {
    const exit = vi.spyOn(process, 'exit').mockImplementation((() => undefined) as never)
    const heard: string[] = []
    const result = await withInterrupt(
      async signal => {
        expect(signal.aborted).toBe(false)
        handlerOf(name)()
        expect(signal.aborted).toBe(true)
        expect(exit).not.toHaveBeenCalled()
        handlerOf(name)()
        return 'saved'
      },
      { onInterrupt: which => void heard.push(which) },
    )
    expect(exit).toHaveBeenCalledWith(code)
    expect(result).toBe('saved')
    expect(heard).toEqual([name])
  })

  it('takes its handlers away, whatever happens', async () => {
    const before = process.listenerCount('SIGINT')
    await expect(
      withInterrupt(async () => {
        expect(process.listenerCount('SIGINT')).toBe(before + 1)
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    expect(process.listenerCount('SIGINT')).toBe(before)
  })
})
