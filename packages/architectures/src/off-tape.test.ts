import { gradients } from '@equilibria/core'
import '@tensorflow/tfjs-backend-cpu'
import { mul, scalar, setBackend, square } from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { offTape } from './off-tape.ts'
import { expectClose } from './testing.fixture.ts'

beforeAll(async () => {
  await setBackend('cpu')
})

it('is a constant to gradients of every order', () => {
  const x = scalar(3)
  // f = sg(x^2) x^2: f' = 2 x sg(x^2), f'' = 2 sg(x^2).
  const f = () =>
    mul(
      offTape(() => square(x)),
      square(x),
    )
  const first = gradients(f, [x])
  expectClose(first.value, [81])
  expectClose(first.grads[0]!, [54])
  const second = gradients(() => gradients(f, [x]).grads[0]!, [x])
  expectClose(second.grads[0]!, [18])
  expect(
    gradients(
      () =>
        mul(
          offTape(() => square(x)),
          1,
        ),
      [x],
    ).grads[0]!.dataSync()[0],
  ).toBe(0)
})
