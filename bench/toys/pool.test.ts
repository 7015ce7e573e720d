import { describe, expect, it } from 'vitest'
import { pooled } from './pool.ts'

/** Work that notes what it began and how many were under way, and ends when it is told to. */
const watched = (answer: (item: number) => boolean) => {
  const begun: number[] = []
  let now = 0
  let most = 0
  const work = async (item: number) => {
    begun.push(item)
    most = Math.max(most, ++now)
    await new Promise(resolve => setTimeout(resolve, item % 3))
    now--
    return answer(item)
  }
  return { begun, work, most: () => most }
}

describe('pooled', () => {
  it.each([1, 2, 5])('begins all in order, %i at a time', async jobs => {
    const { begun, work, most } = watched(() => true)
    await pooled([0, 1, 2, 3, 4, 5, 6], jobs, work)
    expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect(most()).toBe(jobs)
  })

  it('begins nothing more after one that was stopped', async () => {
    const { begun, work } = watched(item => item !== 2)
    await pooled([0, 1, 2, 3, 4, 5], 1, work)
    expect(begun).toEqual([0, 1, 2])
  })

  it('lets what had begun end before it throws', async () => {
    const ended: number[] = []
    const work = async (item: number) => {
      if (item === 0) throw new Error('no room')
      await new Promise(resolve => setTimeout(resolve, 5))
      ended.push(item)
      return true
    }
    await expect(pooled([0, 1, 2, 3], 2, work)).rejects.toThrow('no room')
    expect(ended).toEqual([1])
  })
})
