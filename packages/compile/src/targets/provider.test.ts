import { expect, test } from 'vitest'
import { needProvider } from './provider.ts'

const runtime = await import('onnxruntime-node').catch(() => undefined)
const options = (provider: string) => ({ executionProviders: [provider] })

test.skipIf(!runtime)(
  'operators that the processor would take over are a fault, with the remedy',
  async () => {
    await expect(needProvider(runtime!, options('cpu'), 'onnxruntime-node')).rejects.toThrow(
      /^onnxruntime-node: provider "cpu" is not there \(.*assigned to the default CPU EP.*\): use another/,
    )
  },
)

test.skipIf(!runtime)('a provider that nobody knows is a fault', async () => {
  await expect(needProvider(runtime!, options('abacus'), 'onnxruntime-node')).rejects.toThrow(
    /provider "abacus" is not there/,
  )
})
