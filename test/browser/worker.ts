import { trainRing } from './ring.ts'

self.onmessage = ({ data }: MessageEvent<Parameters<typeof trainRing>>) =>
  trainRing(...data).then(
    result => self.postMessage({ result }),
    error => self.postMessage({ error: String(error) }),
  )
