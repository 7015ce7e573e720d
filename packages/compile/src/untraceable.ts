/** Why a function of tensors cannot be traced, in plain words. */
export class Untraceable extends Error {
  override readonly name = 'Untraceable'
}
