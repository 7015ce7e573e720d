import type { Lowerings } from '../emit.ts'

export const creation: Lowerings = {
  Constant: ({ values, shape, dtype }, emit) => emit.constant(values!, shape, dtype),
  Fill: ({ attributes, shape, dtype }, emit) => {
    const scalar = emit.scalar(attributes.value as number, dtype)
    return shape.length === 0 ? scalar : emit('Expand', [scalar, emit.ints(shape)])
  },
}
