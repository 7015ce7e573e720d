// What the matrix proves: one target a row, one check a column. To add another, such as an engine on some
// device, add a target here.

/** The checks, in the order of the columns. */
export const checkNames = [
  'gradients',
  'MLP step',
  'DCGAN step',
  'losses, terms, dynamics',
  'tensors',
  'resume',
  'device lost',
] as const
export type CheckName = (typeof checkNames)[number]

/** How long all checks of a target may take: shaders of the software GPU are compiled one by one. */
export const patience = 900_000

/** Builds of ONNX Runtime with their providers: each entry point makes its own (node.ts, page.ts). */
export type EngineName = 'node cpu' | 'node webgpu' | 'web wasm' | 'web webgpu'

/** Something that training runs on. */
export interface Target {
  readonly name: string
  /** A Node process of its own, or a page in Chromium. */
  readonly runs: 'node' | 'chromium'
  /** Name for `useBackend`. */
  readonly backend: string
  /** Compares derivatives within this relative distance: larger where the device's own sine or logarithm is coarse. */
  readonly tolerance: number
  /** Gradient cases that it refuses, by name: refusing is allowed for these alone, a wrong number for none. */
  readonly refuses?: readonly string[]
  /** What compiles steps and derivatives; they run operation by operation on the backend if not given. */
  readonly engine?: EngineName
}

// WGSL and GLSL promise 11 bits of a sine; the software GPU here gives about that.
const gpu = 1e-3

export const targets: readonly Target[] = [
  { name: 'cpu', runs: 'node', backend: 'cpu', tolerance: 1e-4 },
  { name: 'wasm', runs: 'node', backend: 'wasm', tolerance: 1e-4 },
  {
    name: 'tensorflow',
    runs: 'node',
    backend: 'tensorflow',
    tolerance: 1e-4,
    refuses: ['conv3d dilation 2'],
  },
  { name: 'webgpu', runs: 'node', backend: 'webgpu', tolerance: gpu },
  { name: 'wasm in Chromium', runs: 'chromium', backend: 'wasm', tolerance: 1e-4 },
  { name: 'webgpu in Chromium', runs: 'chromium', backend: 'webgpu', tolerance: gpu },
  { name: 'webgl in Chromium', runs: 'chromium', backend: 'webgl', tolerance: gpu, refuses: ['dilation2d'] },
  ...(
    [
      ['onnxruntime-node', 'node', 'node cpu', 1e-4],
      ['onnxruntime-node, WebGPU', 'node', 'node webgpu', gpu],
      ['onnxruntime-web', 'node', 'web wasm', 1e-4],
      ['onnxruntime-web in Chromium', 'chromium', 'web wasm', 1e-4],
      ['onnxruntime-web in Chromium, WebGPU', 'chromium', 'web webgpu', gpu],
    ] as const
  ).map(([name, runs, engine, tolerance]) => ({
    name: `compiled: ${name}`,
    runs,
    // Holds the state between steps.
    backend: 'cpu',
    engine,
    tolerance,
    // ONNX has no operator for the first, its WebGPU provider none for the second; steps with them run eagerly.
    refuses: ['dilation2d', ...(engine.endsWith('webgpu') ? ['conv3dTranspose'] : [])],
  })),
]
