import { expect, test } from 'vitest'
import { absent } from './absent.ts'

test.each([
  [
    'Node',
    "Cannot find package 'webgpu' imported from /app/node_modules/@equilibria/backends/dist/node/webgpu.js",
  ],
  ['Node, CommonJS', "Cannot find module 'webgpu'\nRequire stack:\n- /app/package.json"],
  ['webpack', "Cannot find module 'webgpu'"],
  ['Vite', 'Could not resolve "webgpu" imported by "@equilibria/backends". Is it installed?'],
  ['Chrome', "Failed to resolve module specifier 'webgpu'"],
  ['Firefox', 'The specifier “webgpu” was a bare specifier, but was not remapped to anything.'],
  ['Safari', 'Module name, "webgpu" does not resolve to a valid URL.'],
])('%s cannot find the package', (_who, message) => {
  const cause = new TypeError(message)
  expect(absent('webgpu', cause)).toMatchObject({ message: 'webgpu is not installed', cause })
})

test.each([
  "Cannot find module '/app/node_modules/webgpu/dist/linux-x64/dawn.node'",
  "Cannot find package 'debug' imported from /app/node_modules/webgpu/index.js",
  'libvulkan.so.1: cannot open shared object file',
])('another trouble stays what it is: %s', message => {
  const cause = new Error(message)
  expect(absent('webgpu', cause)).toBe(cause)
})
