import {
  clone,
  customGrad,
  engine,
  type GradConfig,
  type NamedAttrMap,
  type NamedTensorMap,
  type Tensor,
} from '@tensorflow/tfjs-core'

/** What a backward function may look at: one evaluation of one kernel. */
export interface Evaluation<Attrs> {
  /** The attributes the kernel ran with. */
  readonly attrs: Attrs
  /** The names of the kernel's inputs; '0', '1', ... where it takes a list. */
  readonly names: readonly string[]
  /** Shape of an input, whether or not its values were saved. */
  shape(name: string): number[]
  /** The tensor the kernel ran on; its values may be gone. */
  source(name: string): Tensor
  /** Values of an input listed in the rule's `inputs`. */
  input(name: string): Tensor
  /** Values of the output at `index`, marked in the rule's `outputs`; differentiable as a function of the inputs. */
  output(index?: number): Tensor
  /** The same values as a constant, for a rule that is piecewise constant in them (masks, indices). */
  values(index?: number): Tensor
}

/** For each input, a function that makes that input's gradient (a new float32 tensor of the input's shape). */
export type Pullback = Readonly<Record<string, () => Tensor>>

/**
 * How to differentiate one kernel. `backward` gets the gradient of the cost in each of the kernel's outputs; it must
 * be made of differentiable operations only, so that it can itself be differentiated.
 */
export interface Rule {
  readonly kernel: string
  /** Inputs whose values are needed: names, or 'all' for a kernel that takes a list. */
  readonly inputs?: readonly string[] | 'all'
  /** Outputs whose values are needed, by position. */
  readonly outputs?: readonly boolean[]
  readonly backward: (dys: readonly Tensor[], at: Evaluation<never>) => Pullback
}

/** What the engine recorded about one operation. Inputs and outputs may be disposed: only ids and shapes are used. */
interface TapeNode {
  readonly inputs: NamedTensorMap
  readonly outputs: readonly Tensor[]
  readonly saved?: Tensor[]
}

const nodes = new WeakMap<readonly Tensor[], TapeNode>()
const indexed = new WeakMap<object, number>()

/** The tape node that saved this very array; each node is indexed once, so a lookup takes constant time. */
function nodeOf(saved: readonly Tensor[], kernel: string): TapeNode {
  const tape = engine().state.activeTape as TapeNode[] | null
  if (tape) {
    let at = indexed.get(tape) ?? 0
    for (; at < tape.length; at++) {
      const node = tape[at]!
      if (node.saved) nodes.set(node.saved, node)
    }
    indexed.set(tape, at)
  }
  const node = nodes.get(saved)
  if (!node) {
    throw new Error(
      `${kernel}: its gradient was called outside a backward pass; differentiate with gradients(f, xs)`,
    )
  }
  return node
}

/** True while operations are recorded, hence while a backward pass is itself being differentiated. */
export const recording = (): boolean => engine().state.gradientDepth > 0

/**
 * The saved copy of `source`, tied to it on the tape. The engine saves an output before it records the operation that
 * made it, so that a second differentiation does not find the way from the copy to the operation's inputs and
 * silently loses a term; one more identity node, recorded now, puts the way back.
 */
export function linked(copy: Tensor, source: Tensor): Tensor {
  if (!recording()) return copy
  return customGrad(() => ({ value: clone(copy), gradFunc: (dy: Tensor) => clone(dy) }))(source)
}

/** A rule with typed attributes. */
export function rule<Attrs = object>(
  kernel: string,
  options: Pick<Rule, 'inputs' | 'outputs'>,
  backward: (dy: Tensor, at: Evaluation<Attrs>, dys: readonly Tensor[]) => Pullback,
): Rule {
  return { kernel, ...options, backward: (dys, at) => backward(dys[0]!, at, dys) }
}

/** Names of inputs to save; the engine asks for each, and would fail obscurely where an optional one is absent. */
function needed(kernel: string, names: readonly string[]): string[] {
  const list = [...names]
  const map = <T>(pick: (name: string, index: number, all: string[]) => T): T[] =>
    Array.prototype.map.call(list, (name, i) => {
      const input = pick(name as string, i, list)
      if (input == null) {
        throw new Error(
          `${kernel}: gradients need its optional input '${name}'; pass it (ones for a scale, zeros for an offset)`,
        )
      }
      return input
    }) as T[]
  return Object.assign(list, { map })
}

/** Registers with tfjs in this form. */
export function gradConfig({ kernel, inputs = [], outputs = [], backward }: Rule): GradConfig {
  const gradFunc: GradConfig['gradFunc'] = (dy, saved, attrs) => {
    const dys = Array.isArray(dy) ? dy : [dy]
    const node = () => nodeOf(saved, kernel)
    const position = (name: string) => (inputs === 'all' ? Number(name) : inputs.indexOf(name))
    const savedInputs = inputs === 'all' ? saved.length - outputs.filter(Boolean).length : inputs.length
    const copy = (index: number) => saved[savedInputs + outputs.slice(0, index).filter(Boolean).length]!
    const at: Evaluation<NamedAttrMap> = {
      attrs: attrs as NamedAttrMap,
      get names() {
        return Object.keys(node().inputs)
      },
      shape: name => node().inputs[name]!.shape,
      source: name => node().inputs[name]!,
      input: name => saved[position(name)]!,
      output: (index = 0) => (recording() ? linked(copy(index), node().outputs[index]!) : copy(index)),
      values: (index = 0) => copy(index),
    }
    const pullback = backward(dys, at as unknown as Evaluation<never>)
    // The engine disposes of a gradient it has added to another, so no two inputs may share one tensor.
    const shared = new Set<Tensor>([...dys, ...saved])
    const fresh = (make: () => Tensor) => () => {
      const dx = make()
      return shared.has(dx) ? clone(dx) : dx
    }
    return Object.fromEntries(Object.entries(pullback).map(([name, make]) => [name, fresh(make)]))
  }
  return {
    kernelName: kernel,
    ...(inputs === 'all' ? { saveAllInputs: true } : { inputsToSave: needed(kernel, inputs) }),
    outputsToSave: [...outputs],
    gradFunc,
  }
}

/** Runs a kernel that has no public operation of its own. */
export function run(kernel: string, inputs: Record<string, Tensor>, attrs: object = {}): Tensor {
  return engine().runKernel(kernel, inputs, attrs as NamedAttrMap) as Tensor
}
