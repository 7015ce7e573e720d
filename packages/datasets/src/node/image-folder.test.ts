import '@tensorflow/tfjs-backend-cpu'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setBackend } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gradient, jpeg, png } from '../images/images.fixture.ts'
import { withChannels } from '../images/picture.ts'
import { fitSquare } from '../images/resize.ts'
import { imageFolder } from './image-folder.ts'

let root = ''
beforeAll(async () => {
  await setBackend('cpu')
  root = await mkdtemp(join(tmpdir(), 'image-folder-'))
})
afterAll(() => rm(root, { recursive: true }))

let count = 0
/** A folder of these files; paths may hold folders. */
const folderOf = async (files: { [path: string]: Uint8Array | string }) => {
  const folder = join(root, String(count++))
  await mkdir(folder)
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(folder, path, '..'), { recursive: true })
    await writeFile(join(folder, path), content)
  }
  return folder
}

const bytesOf = async (data: Awaited<ReturnType<typeof imageFolder>>, i: number) =>
  Uint8Array.from(await (await data.rows([i])).data.data(), v => Math.round((v + 1) * 127.5))

test('PNG and JPEG files, in order of their paths, cut and resampled', async () => {
  const [wide, tall] = [gradient(40, 30), gradient(24, 48, 4, 2)]
  const folder = await folderOf({
    'b/tall.PNG': png(tall),
    'a.jpeg': await jpeg(wide),
    'notes.txt': 'not an image',
    '.hidden.png': '',
  })
  const seen: string[] = []
  const data = await imageFolder({
    folder,
    size: 16,
    onProgress: (done, total) => seen.push(`${done}/${total}`),
  })
  expect([data.size, data.shape, data.classes]).toEqual([2, [16, 16, 3], undefined])
  expect(seen).toEqual(['1/2', '2/2'])
  expect(await bytesOf(data, 1)).toEqual(fitSquare(withChannels(tall, 3), 16).data)
  const [first, expected] = [await bytesOf(data, 0), fitSquare(wide, 16).data]
  expect(first.reduce((sum, v, i) => sum + Math.abs(v - expected[i]!), 0) / first.length).toBeLessThan(2)
})

test('classes are the sorted names of the top folders', async () => {
  const picture = png(gradient(8, 8, 1))
  const folder = await folderOf({ 'dog/1.png': picture, 'cat/x/2.png': picture, 'cat/1.png': picture })
  const data = await imageFolder({ folder, channels: 1, labels: true })
  expect([data.classes, data.classNames, [...data.labels!]]).toEqual([2, ['cat', 'dog'], [0, 0, 1]])
  expect(data.shape).toEqual([8, 8, 1])
})

test('links inside the folder are followed, links out of it refused', async () => {
  const folder = await folderOf({ 'real/1.png': png(gradient(8, 8)) })
  await symlink(join(folder, 'real', '1.png'), join(folder, '2.png'))
  await symlink(folder, join(folder, 'real', 'loop'))
  expect((await imageFolder({ folder })).size).toBe(2)
  const outside = await folderOf({ 'secret.png': png(gradient(8, 8)) })
  await symlink(join(outside, 'secret.png'), join(folder, 'real', 'out.png'))
  await expect(imageFolder({ folder })).rejects.toThrow(/real\/out\.png: is a link out of the folder/)
  const other = await folderOf({ '1.png': png(gradient(8, 8)) })
  await symlink(outside, join(other, 'all'))
  await expect(imageFolder({ folder: other })).rejects.toThrow(/all: is a link out of the folder/)
  const dangling = await folderOf({ '1.png': png(gradient(8, 8)) })
  await symlink(join(dangling, 'gone.png'), join(dangling, '2.png'))
  await expect(imageFolder({ folder: dangling })).rejects.toThrow(/2\.png: is a link to nothing/)
  // A folder may itself be reached by a link.
  const link = join(root, 'link')
  await symlink(outside, link)
  expect((await imageFolder({ folder: link })).size).toBe(1)
})

const good = png(gradient(8, 8))
test.each<[string, () => Promise<Parameters<typeof imageFolder>[0]>, RegExp]>([
  [
    'missing',
    async () => ({ folder: join(root, 'nowhere') }),
    /nowhere: cannot be read: there is no such file or folder/,
  ],
  [
    'a file',
    async () => ({ folder: join(await folderOf({ 'a.png': good }), 'a.png') }),
    /a\.png: expected a folder, this is a file/,
  ],
  ['empty', async () => ({ folder: await folderOf({}) }), /holds no PNG or JPEG files$/],
  [
    'other formats',
    async () => ({ folder: await folderOf({ 'a.webp': 'x', 'b.webp': 'y' }) }),
    /holds no PNG or JPEG files \(but 2 others, such as a\.webp: convert them\)/,
  ],
  [
    'not an image',
    async () => ({ folder: await folderOf({ 'a.png': good, 'b.png': 'hello' }) }),
    /b\.png: not a PNG or JPEG image/,
  ],
  [
    'truncated',
    async () => ({ folder: await folderOf({ 'a.png': good.subarray(0, 70) }) }),
    /a\.png: damaged or truncated PNG/,
  ],
  [
    'mixed sizes',
    async () => ({ folder: await folderOf({ 'a.png': good, 'b.png': png(gradient(9, 8)) }) }),
    /b\.png: is 9x8 pixels but .*a\.png is 8x8: give a size/,
  ],
  [
    'no class',
    async () => ({ folder: await folderOf({ 'a.png': good, 'x/b.png': good }), labels: true }),
    /a\.png: has no class/,
  ],
  [
    'wrong size',
    async () => ({ folder: await folderOf({ 'a.png': good }), size: 0 }),
    /expected size to be a positive whole number of pixels, got 0/,
  ],
  [
    'wrong channels',
    async () => ({ folder: await folderOf({ 'a.png': good }), channels: 2 as 1 }),
    /channels must be 1 or 3, got 2/,
  ],
  ['no folder', async () => ({ folder: '' }), /give the folder/],
])('%s: one clear error', async (_, options, message) => {
  await expect(imageFolder(await options())).rejects.toThrow(message)
})
