import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'

/** Packages that the bench's processes load. */
const roots = [
  'tsx',
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-backend-cpu',
  '@tensorflow/tfjs-backend-wasm',
  '@tensorflow/tfjs-backend-webgpu',
  'onnxruntime-node',
  'webgpu',
]

/** Folders of other systems' binaries. */
const foreign = (path: string, { platform, arch }: Pick<NodeJS.Process, 'platform' | 'arch'> = process) => {
  const found = /\/(darwin|linux|win32)[-/](x64|arm64|universal)(\/|$)/.exec(`${path}/`)
  return found !== null && !(found[1] === platform && [arch, 'universal'].includes(found[2]!))
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** Bytes of all files in a folder, without those of other systems. */
function bytesOf(path: string): number {
  if (foreign(path)) return 0
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.size
  return readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name)), 0)
}

/** Something that must be carried along. */
export interface Need {
  /** Path in the repository. */
  readonly path: string
  readonly bytes: number
}

/** What a machine without a network must be given of this repository, and what is missing here. */
export function needsOf(root: string): {
  readonly needs: readonly Need[]
  readonly missing: readonly string[]
} {
  const found = new Set<string>()
  const missing: string[] = []
  const visit = (name: string, needed: boolean) => {
    const path = join(root, 'node_modules', name)
    if (found.has(name)) return
    if (!existsSync(join(path, 'package.json'))) {
      if (needed) missing.push(name)
      return
    }
    found.add(name)
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
      readFileSync(join(path, 'package.json'), 'utf8'),
    ) as Manifest
    // What is installed below the package itself goes with it.
    for (const each of Object.keys({ ...dependencies, ...optionalDependencies }))
      if (!existsSync(join(path, 'node_modules', each)) && !each.startsWith('@types/')) visit(each, false)
  }
  for (const name of roots) visit(name, true)
  const own = ['package.json', 'tsconfig.base.json', 'bench', 'packages', 'node_modules/@equilibria']
  const paths = [...own, ...[...found].sort().map(name => join('node_modules', name))]
  return {
    missing,
    needs: paths
      .filter(path => existsSync(join(root, path)))
      .map(path => ({
        path,
        bytes: path === 'node_modules/@equilibria' ? 0 : bytesOf(realpathSync(join(root, path))),
      })),
  }
}

/** The same in words, with the command that packs it. */
export function needsText(root: string): string {
  const { needs, missing } = needsOf(root)
  const size = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1).padStart(7)} MB`
  const total = needs.reduce((sum, { bytes }) => sum + bytes, 0)
  const system = `${process.platform} ${process.arch}`
  return [
    `To be carried to a machine without a network (of this system, ${system}; binaries of others are left out):`,
    '',
    ...needs.map(({ path, bytes }) => `${size(bytes)}  ${path}`),
    `${size(total)}  together`,
    ...(missing.length > 0 ? ['', `Missing here, so its columns will be absent: ${missing.join(', ')}`] : []),
    '',
    'Packed by (from the root of the repository):',
    '',
    `  tar -czf bench-gpu.tgz ${exclusions()
      .map(each => `--exclude='${each}'`)
      .join(' ')} ${needs.map(({ path }) => relative('.', path)).join(' ')}`,
    '',
    'There it needs Node 20.19 or newer; for WebGPU the driver for Vulkan (on Linux libvulkan1 and, of NVIDIA,',
    'libGLX_nvidia with its nvidia_icd.json, which loads only beside libgl1 and libegl1); for the columns beside it python3 with PyTorch for CUDA (or EQUILIBRIA_PYTHON);',
    'for onnxruntime-node-cuda onnxruntime-node installed with ONNXRUNTIME_NODE_INSTALL=cuda12, CUDA 12 and cuDNN 9.',
    'Then: node --conditions=@equilibria/source --import tsx bench/gpu/main.ts --name h100',
    '',
  ].join('\n')
}

/** Patterns for tar: other systems' binaries, and what only development needs. */
const exclusions = () => {
  const systems = ['darwin', 'linux', 'win32'].flatMap(platform =>
    ['x64', 'arm64', 'universal'].flatMap(arch =>
      foreign(`/${platform}-${arch}`) ? [`*/${platform}-${arch}`, `*/${platform}/${arch}`] : [],
    ),
  )
  return [...systems, 'packages/*/dist', 'packages/*/node_modules/.*']
}
