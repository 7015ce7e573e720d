import { existsSync } from 'node:fs'

const driver = '/usr/lib/chromium/vk_swiftshader_icd.json'

/** Lets Vulkan find Chromium's software driver where no other is named: tests of WebGPU in Node without a GPU. */
export function useSwiftShader(): void {
  if (existsSync(driver)) process.env.VK_ICD_FILENAMES ??= driver
}
