#!/usr/bin/env node
/**
 * Builds @tensorflow/tfjs-node from source against the TensorFlow library in Google's Python wheel, for development and
 * CI on Linux x64: no download from storage.googleapis.com, nothing in the lock file.
 *
 *     node scripts/build-tfjs-node.mjs [folder]          (default .tfjs-node, about 900 MB)
 *     EQUILIBRIA_TFJS_NODE=$PWD/.tfjs-node npm test
 *
 * Needs python3 with pip, a C++ compiler, make, and Node's headers (downloaded by node-gyp, or named by
 * npm_config_nodedir). Exit codes: 0 built and working; 2 the parts cannot be had on this machine (skip what needs it);
 * 1 they are there but the build failed.
 */
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const TFJS = '4.22.0'
const TENSORFLOW = '2.21.0'
const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const folder = resolve(process.argv[2] ?? join(root, '.tfjs-node'))
const modules = join(folder, 'node_modules')
const tfjsNode = join(modules, '@tensorflow', 'tfjs-node')

const CANNOT = 2
const FAILED = 1

/** Ends with a code and one clear line. */
function stop(code, text) {
  console.error(`build-tfjs-node: ${text}`)
  process.exit(code)
}

/** Runs a program to its end; its output is shown only where it fails. */
function run(command, args, { code = FAILED, why, ...options } = {}) {
  const done = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, ...options })
  if (done.status === 0) return done.stdout
  const said = `${done.stdout ?? ''}${done.stderr ?? ''}${done.error ?? ''}`
    .trim()
    .split('\n')
    .slice(-15)
    .join('\n')
  return stop(code, `${why ?? `${command} failed`}\n${said}`)
}

/** Multiplies two matrices on the result, in a process of its own, with this repository's tfjs-core. */
function works() {
  const program = `
    import { createRequire } from 'node:module'
    import { pathToFileURL } from 'node:url'
    import { engine, getBackend, matMul, tensor } from '@tensorflow/tfjs-core'
    const at = createRequire(${JSON.stringify(join(folder, 'package.json'))}).resolve('@tensorflow/tfjs-node')
    const tfjs = (await import(pathToFileURL(at).href)).default
    if (tfjs.engine() !== engine() || tfjs.matMul !== matMul) throw new Error('two copies of tfjs-core')
    const product = await matMul(tensor([[1, 2]]), tensor([[3], [4]])).data()
    if (getBackend() !== 'tensorflow' || product[0] !== 11) throw new Error('wrong answer')
    process.stdout.write(engine().backend.binding.TF_Version)`
  return spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
  })
}

if (process.platform !== 'linux' || process.arch !== 'x64') {
  stop(
    CANNOT,
    `expected linux x64, got ${process.platform} ${process.arch}; use npm install @tensorflow/tfjs-node there`,
  )
}
if (existsSync(join(tfjsNode, 'lib')) && works().status === 0) {
  console.log(`already built: EQUILIBRIA_TFJS_NODE=${folder}`)
  process.exit(0)
}

mkdirSync(folder, { recursive: true })
writeFileSync(
  join(folder, 'package.json'),
  '{ "private": true, "description": "tfjs-node built from source" }\n',
)
run(
  'npm',
  [
    'install',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--no-package-lock',
    `@tensorflow/tfjs-node@${TFJS}`,
  ],
  {
    cwd: folder,
    code: CANNOT,
    why: `@tensorflow/tfjs-node@${TFJS} cannot be fetched from the npm registry`,
  },
)

// One tfjs-core for everyone: packages that this repository has are used in place of the freshly installed copies.
for (const name of readdirSync(join(root, 'node_modules', '@tensorflow'))) {
  const ours = realpathSync(join(root, 'node_modules', '@tensorflow', name))
  const theirs = join(modules, '@tensorflow', name)
  if (!existsSync(theirs) || lstatSync(theirs).isSymbolicLink()) continue
  rmSync(theirs, { recursive: true })
  symlinkSync(ours, theirs)
}

const wheels = mkdtempSync(join(tmpdir(), 'tensorflow-wheel-'))
process.on('exit', () => rmSync(wheels, { recursive: true, force: true }))
const wanted = ['--python-version', '3.11', '--implementation', 'cp', '--platform', 'manylinux_2_27_x86_64']
run(
  'python3',
  [
    '-m',
    'pip',
    'download',
    '--no-deps',
    '--only-binary=:all:',
    ...wanted,
    '-d',
    wheels,
    `tensorflow-cpu==${TENSORFLOW}`,
  ],
  { code: CANNOT, why: `the wheel of tensorflow-cpu ${TENSORFLOW} cannot be fetched with pip` },
)
const unpack = `
import os, sys, zipfile
wheel, deps = sys.argv[1:]
places = {
    'tensorflow/libtensorflow_': 'lib',
    'tensorflow/include/tensorflow/c/': 'include/tensorflow/c',
    'tensorflow/include/xla/tsl/c/': 'include/xla/tsl/c',
    'tensorflow/include/tensorflow/core/platform/ctstring': 'include/tensorflow/core/platform',
    'tensorflow/include/tsl/platform/ctstring': 'include/tsl/platform',
}
with zipfile.ZipFile(wheel) as z:
    for name in z.namelist():
        if not any(name.startswith(p) for p in places) or name.endswith('/'):
            continue
        rest = name[len('tensorflow/'):]
        target = os.path.join(deps, rest if rest.startswith('include/') else os.path.join('lib', rest))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with z.open(name) as source, open(target, 'wb') as sink:
            while block := source.read(1 << 24):
                sink.write(block)
`
const wheel = readdirSync(wheels).find(name => name.endsWith('.whl'))
const deps = join(tfjsNode, 'deps')
rmSync(deps, { recursive: true, force: true })
run('python3', ['-c', unpack, join(wheels, wheel), deps], { why: 'the wheel could not be unpacked' })
for (const [link, target] of [
  ['libtensorflow.so', 'libtensorflow_cc.so.2'],
  ['libtensorflow.so.2', 'libtensorflow_cc.so.2'],
  ['libtensorflow.so.2.9.1', 'libtensorflow_cc.so.2'],
  ['libtensorflow_framework.so', 'libtensorflow_framework.so.2'],
]) {
  symlinkSync(target, join(deps, 'lib', link))
}

const nodePrefix = resolve(dirname(process.execPath), '..')
const headers = existsSync(join(nodePrefix, 'include', 'node', 'node_api.h'))
  ? { npm_config_nodedir: nodePrefix }
  : {}
run(join(modules, '.bin', 'node-pre-gyp'), ['install', '--build-from-source'], {
  cwd: tfjsNode,
  env: { ...headers, ...process.env },
  why: 'the native addon did not compile',
})

const proof = works()
if (proof.status !== 0) stop(FAILED, `built, but it does not run\n${proof.stderr}`)
console.log(`TensorFlow ${proof.stdout.trim()} works: EQUILIBRIA_TFJS_NODE=${folder}`)
