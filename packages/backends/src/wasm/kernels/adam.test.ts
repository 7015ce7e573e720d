import { fusedKernels } from '@equilibria/core'
import { add, div, engine, memory, mul, sqrt, square, sub, type Tensor, tensor } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { onWasm, random } from '../compare.fixture.ts'

// Sizes that vectors of four divide and do not divide.
test.each([[[]], [[7]], [[16, 8]]])(
  'a tensor of shape %j moves as by single operations, to the bit',
  async shape => {
    await onWasm('Relu', { x: random([1]) })
    const [p, g, m, v] = [1, 2, 3, 4].map(seed => tensor([...random(shape, seed).values], shape)) as [
      Tensor,
      Tensor,
      Tensor,
      Tensor,
    ]
    const [rate, epsilon, beta1, beta2] = [tensor(0.1), tensor(0.01), 0.7, 0.999]
    const positive = square(v)
    const inputs = { p, g, m, v: positive, rate, epsilon }
    const before = [memory().numTensors, engine().backend.numDataIds()]
    const found = engine().runKernel(fusedKernels.adamMove, inputs, { beta1, beta2 }) as Tensor[]
    const numbers = await Promise.all(found.map(t => t.data()))
    expect(found.map(t => t.shape)).toEqual([shape, shape, shape])
    for (const t of found) t.dispose()
    expect([memory().numTensors, engine().backend.numDataIds()]).toEqual(before)
    const mean = add(mul(m, beta1), mul(g, 1 - beta1))
    const squares = add(mul(positive, beta2), mul(square(g), 1 - beta2))
    const moved = sub(p, mul(rate, div(mean, add(sqrt(squares), epsilon))))
    expect(numbers).toEqual(await Promise.all([moved, mean, squares].map(t => t.data())))
  },
)
