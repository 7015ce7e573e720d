/** A directory as browsers hand it out, in memory: what `directoryStore` uses of it. */
export class FakeDirectory {
  readonly kind = 'directory'
  readonly name: string
  readonly children = new Map<string, FakeDirectory | FakeFile>()

  constructor(name = 'checkpoints') {
    this.name = name
  }

  async *entries() {
    yield* [...this.children]
  }

  async getDirectoryHandle(name: string, { create = false } = {}): Promise<FakeDirectory> {
    return this.#child(name, create ? () => new FakeDirectory(name) : undefined) as FakeDirectory
  }

  async getFileHandle(name: string, { create = false } = {}): Promise<FakeFile> {
    return this.#child(name, create ? () => new FakeFile() : undefined) as FakeFile
  }

  async removeEntry(name: string) {
    this.#child(name)
    this.children.delete(name)
  }

  #child(name: string, make?: () => FakeDirectory | FakeFile): FakeDirectory | FakeFile {
    const child = this.children.get(name) ?? make?.()
    if (!child) throw new DOMException(`${name} is not there`, 'NotFoundError')
    this.children.set(name, child)
    return child
  }
}

/** A file as browsers hand it out: its content is replaced when a stream is closed. */
export class FakeFile {
  readonly kind = 'file'
  content = new Uint8Array()
  /** Set to make writing fail, as where the quota is used up. */
  static full = false

  /** Makes the content so long, with zeros where it was shorter. */
  cut(length: number) {
    const content = new Uint8Array(length)
    content.set(this.content.subarray(0, length))
    this.content = content
  }

  async createWritable() {
    let written = new Uint8Array()
    return {
      write: async (bytes: Uint8Array) => {
        if (FakeFile.full) throw new DOMException('no room', 'QuotaExceededError')
        written = new Uint8Array([...written, ...bytes])
      },
      close: async () => {
        this.content = written
      },
      abort: async () => {},
    }
  }

  async getFile() {
    return new Blob([this.content])
  }
}
