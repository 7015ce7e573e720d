import { convolutions } from './kernels/convolutions.ts'
import { creation } from './kernels/creation.ts'
import { elementwise } from './kernels/elementwise.ts'
import { images } from './kernels/images.ts'
import { indexing } from './kernels/indexing.ts'
import { linear } from './kernels/linear.ts'
import { normalization } from './kernels/normalization.ts'
import { pooling } from './kernels/pooling.ts'
import { reductions } from './kernels/reductions.ts'
import { shapes } from './kernels/shapes.ts'
import { expansions, type Kernels, kernels } from './kernels.ts'
import { lowerings } from './onnx/operators/index.ts'

/** Kernels of the cpu backend that have no rule. */
export const uncovered: { readonly [why: string]: readonly string[] } = {
  'its result has the size that its data decide': [
    'NonMaxSuppressionV3',
    'NonMaxSuppressionV4',
    'NonMaxSuppressionV5',
    'RaggedGather',
    'RaggedRange',
    'RaggedTensorToTensor',
    'SparseFillEmptyRows',
    'SparseReshape',
    'SparseSegmentMean',
    'SparseSegmentSum',
    'Unique',
  ],
  'random numbers without a key': ['Multinomial'],
  'complex numbers': ['Complex', 'ComplexAbs', 'FFT', 'IFFT', 'Imag', 'Real'],
  strings: ['StaticRegexReplace', 'StringNGrams', 'StringSplit', 'StringToHashBucketFast'],
  'draws on a canvas': ['Draw'],
  'two results, of which the second is no other kernel': ['MaxPoolWithArgmax'],
}

const groups: { readonly [group: string]: Kernels } = {
  creation,
  'element by element': elementwise,
  reductions,
  'moves of elements': shapes,
  products: linear,
  convolutions,
  pooling,
  normalization,
  images,
  indexing,
}

const names = (list: readonly string[]) => list.toSorted().join(', ')
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows].map(row => `| ${row.join(' | ')} |`).join('\n')

/** The page docs/compiled-kernels.md. */
export function kernelsPage(): string {
  const isLowered = (name: string) => Object.hasOwn(lowerings, name)
  const rows = Object.entries(groups).map(([group, own]) => {
    const all = Object.keys(own)
    return [group, names(all.filter(isLowered)), names(all.filter(name => !isLowered(name)))]
  })
  const others = Object.keys(expansions).filter(name => !Object.hasOwn(kernels, name))
  return `# Kernels that can be compiled

Written by \`npm run kernels\` from the tables of [@equilibria/compile](../packages/compile). A step that calls other kernels of tfjs runs eagerly, and its notes name the kernel. What the built-in layers, losses,
regularizers, optimizers and dynamics call, gradients to second order included, is all compiled; \`npx vitest run packages/compile\` holds every traced kernel against tfjs's own.

${table(['', 'compiled', 'traced, but without an ONNX form: runs eagerly'], rows)}

Written as several of these: ${names(others)}.

On a GPU, Conv3DBackpropInputV2 has no form either. Data with channels first has none anywhere, nor have kernels over other than float32, int32 and bool.

## Not traced

${table(
  ['why', 'kernels'],
  Object.entries(uncovered).map(([why, list]) => [why, names(list)]),
)}
`
}
