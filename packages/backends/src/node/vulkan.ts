import { readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

const listed = (value: string | undefined, otherwise: string) =>
  (value || otherwise).split(delimiter).filter(folder => folder !== '')

/** Folders in which Linux's Vulkan loader looks for drivers (its documentation, "Driver Discovery on Linux"). */
const folders = (env: NodeJS.ProcessEnv): string[] =>
  [
    ...listed(env.XDG_CONFIG_HOME, join(homedir(), '.config')),
    ...listed(env.XDG_CONFIG_DIRS, '/etc/xdg'),
    '/etc',
    ...listed(env.XDG_DATA_HOME, join(homedir(), '.local/share')),
    ...listed(env.XDG_DATA_DIRS, '/usr/local/share:/usr/share'),
  ].map(folder => join(folder, 'vulkan/icd.d'))

const holdsDriver = (folder: string): boolean => {
  try {
    return readdirSync(folder).some(file => file.endsWith('.json'))
  } catch {
    return false
  }
}

/**
 * Whether there may be a Vulkan driver. Asked before Dawn is, which writes warnings of its own to the terminal where there is none.
 * True on systems whose graphics are not Vulkan's.
 */
export const mayHaveVulkan = (platform = process.platform, env = process.env): boolean =>
  platform !== 'linux' ||
  [env.VK_DRIVER_FILES, env.VK_ICD_FILENAMES, env.VK_ADD_DRIVER_FILES].some(Boolean) ||
  folders(env).some(holdsDriver)
