// Writes docs/compiled-kernels.md: which kernels of tfjs a compiled step may call. `npm run kernels`; a test says when it must be run again.
import { writeFileSync } from 'node:fs'
import { kernelsPage } from '../src/kernels-page.fixture.ts'

writeFileSync(new URL('../../../docs/compiled-kernels.md', import.meta.url), kernelsPage())
