import { version_core } from '@tensorflow/tfjs-core'

/**
 * Backends call into tfjs-core's internals: with another version they fail in silence.
 *
 * @throws where `library`'s version is not tfjs-core's
 */
export function sameVersion(library: string, version: string): void {
  if (version !== version_core) {
    throw new Error(
      `${library} is version ${version} but @tensorflow/tfjs-core is ${version_core}; install both in one version`,
    )
  }
}
