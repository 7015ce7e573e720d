import { fusedKernels } from '@equilibria/core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { type Held, libraryKernel, withLibrary } from './library.ts'

/** The library's name for a variable that nobody else can name; it makes a new one each time. */
const ANONYMOUS = 'cd2c89b7-88b7-44c8-ad83-06c2a9158347'

/**
 * By the library's operation on variables. They live as long as the kernel runs: each is given a tensor's data without a copy; the move, which would change them in
 * place, copies them first, since a tensor has them too.
 */
export const adamMove = libraryKernel<{ beta1: number; beta2: number }>(
  fusedKernels.adamMove,
  ({ inputs, attrs, backend }) => {
    const { p, g, m, v, rate, epsilon } = inputs as Record<string, TensorInfo>
    const { TF_ATTR_SHAPE: shape } = backend.binding
    return withLibrary(backend, ({ run, scalar, float }) => {
      const of = { dtype: float }
      const variables = [p!, m!, v!].map(x => {
        const about = { dtype: float, shape: { type: shape, value: x.shape }, shared_name: ANONYMOUS }
        const [variable] = run('VarHandleOp', [], about) as [Held]
        run('AssignVariableOp', [variable, x], of, 0)
        return variable
      })
      // The rate comes corrected for the bias of the means: to the library all powers of beta have decayed.
      const none = scalar(0)
      const how = [none, none, rate!, scalar(attrs.beta1), scalar(attrs.beta2), epsilon!, g!]
      run(
        'ResourceApplyAdam',
        [...variables, ...how],
        { T: float, use_locking: false, use_nesterov: false },
        0,
      )
      return variables.map(variable => {
        const [value] = run('ReadVariableOp', [variable], of) as [Held]
        run('DestroyResourceOp', [variable], {}, 0)
        return value
      })
    })
  },
)
