export { type DirectoryStoreOptions, directoryStore } from './browser/directory-store.ts'
export { privateDirectory } from './browser/private-directory.ts'
