import { describe, expect, it } from 'vitest'
import { type Context, join, prefixed, remembered, sampling, tell, within } from './network.ts'

const leaf = (name: string) => name as never

describe('contexts', () => {
  const root: Context = { key: [1, 2], mode: 'train', path: 'critic', memory: { 'critic/0/u': leaf('u') } }

  it('give a named part a key and a path of its own', () => {
    const part = within(root, 0)
    expect(part.path).toBe('critic/0')
    expect(part.key).not.toEqual(root.key)
    expect(within(root, 1).key).not.toEqual(part.key)
    expect(within(root, '0')).toEqual(part)
  })

  it('find what a layer remembers, and hand out what it tells, by path', () => {
    const told: [string, unknown][] = []
    const part = within({ ...root, tell: (path, value) => void told.push([path, value]) }, 0)
    expect(remembered(part, 'u')).toBe('u')
    expect(remembered(part, 'v')).toBeUndefined()
    tell(part, 'u', leaf('new'))
    expect(told).toEqual([['critic/0/u', 'new']])
    expect(() => tell(within(root, 0), 'u', leaf('nobody listens'))).not.toThrow()
  })

  it('paths and prefixes compose', () => {
    expect([join('', 'a'), join('a', 'b'), join('a', '')]).toEqual(['a', 'a/b', 'a'])
    expect(prefixed('2', prefixed('u', { '': leaf('x') }))).toEqual({ '2/u': 'x' })
    expect(sampling({ a: leaf('m') })).toMatchObject({ mode: 'sample', path: '', memory: { a: 'm' } })
  })
})
