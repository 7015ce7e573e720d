/**
 * Matrix product C = A B on packed panels, after Goto and van de Geijn, "Anatomy of high-performance matrix
 * multiplication" (2008): B is cut to KC x NC, A to MC x KC, both copied to scratch in the order in which the inner
 * kernel reads them. What A, B and C are in memory is decided by the packing alone, so that a convolution needs no matrix
 * of its patches.
 */
import { block4x8, block8x4, Fresh, Onto } from './kernel'
import { packStrided } from './pack'
import { packPatches, packPatchesTransposed } from './patches'

/** Rows and columns of the block of C that is kept in registers. */
const MR: i32 = 4
const NR: i32 = 8
/** Block sizes: a panel of B (KC x NR) stays in the first-level cache, the blocks of A and B in the second. */
const KC: i32 = 256
const MC: i32 = 64
const NC: i32 = 512
/** With no more columns than this the narrow kernel is used. */
const NARROW: i32 = 4
/** With no more rows than this B is read where it lies: it would be packed for too little use. */
const FEW_ROWS: i32 = 8
/** Panels are set apart by a cache line, so that equal offsets in them do not fall on one cache set. */
const GAP: i32 = 64

const A_BYTES: i32 = (MC / MR) * (KC * MR * 4 + GAP)
const B_BYTES: i32 = (NC / NR) * (KC * NR * 4 + GAP)
const TILE_BYTES: i32 = MR * NR * 4
const ROW_BYTES: i32 = MC * 4

let packedA: i32 = 0
let packedB: i32 = 0
/** A block of C that sticks out over its edge is computed here. */
let tile: i32 = 0
/** Addresses of C's rows in the current block. */
let rowsC: i32 = 0

/** How many bytes of scratch the product needs. */
export function scratchBytes(): i32 {
  return A_BYTES + B_BYTES + TILE_BYTES + ROW_BYTES + 64
}

/** Gives the scratch, once. */
export function setScratch(address: i32): void {
  packedA = (address + 63) & ~63
  packedB = packedA + A_BYTES
  tile = packedB + B_BYTES
  rowsC = tile + TILE_BYTES
}

// What the operands are. Strides in bytes.
const STRIDED: i32 = 0
const PATCHES: i32 = 1
const PATCHES_TRANSPOSED: i32 = 2
let kindA: i32 = STRIDED
let atA: i32 = 0
let rowA: i32 = 0
let columnA: i32 = 0
let atB: i32 = 0
let rowB: i32 = 0
let columnB: i32 = 0
// B may come in sections along the depth (a filter's taps), each of `section` rows; the tap decides its address.
let section: i32 = 0
let sectionColumns: i32 = 0
let sectionDown: i32 = 0
let sectionAcross: i32 = 0
// C's rows lie `rowC` apart, or on every `pixelStepX`-th, `pixelStepY`-th pixel of images.
let atC: i32 = 0
let rowC: i32 = 0
let scattered: bool = false
let imageC: i32 = 0
let lineC: i32 = 0
let gridHeight: i32 = 0
let gridWidth: i32 = 0

/** A as numbers in memory. */
export function stridedA(at: i32, row: i32, column: i32): void {
  kindA = STRIDED
  atA = at
  rowA = row
  columnA = column
}

/** A as the patches of images, set in patches.ts; transposed: pixels are the depth. */
export function patchesA(transposed: bool): void {
  kindA = transposed ? PATCHES_TRANSPOSED : PATCHES
}

/** B as numbers in memory. */
export function stridedB(at: i32, row: i32, column: i32): void {
  atB = at
  rowB = row
  columnB = column
  section = i32.MAX_VALUE
}

/** B's rows in sections of `rows`: section (i, j), j < columns, starts `i down + j across` bytes from B's. */
export function sectionedB(rows: i32, columns: i32, down: i32, across: i32): void {
  section = rows
  sectionColumns = columns
  sectionDown = down
  sectionAcross = across
}

/** C's rows `row` bytes apart. */
export function stridedC(at: i32, row: i32): void {
  atC = at
  rowC = row
  scattered = false
}

/** C's row for grid pixel (i, j) of image n lies at n image + i line + j row. */
export function scatteredC(at: i32, image: i32, line: i32, row: i32, height: i32, width: i32): void {
  atC = at
  imageC = image
  lineC = line
  rowC = row
  gridHeight = height
  gridWidth = width
  scattered = true
}

function addressesOfC(m0: i32, rows: i32): void {
  if (!scattered) {
    for (let i = 0; i < rows; i++) store<i32>(rowsC + (i << 2), atC + (m0 + i) * rowC)
    return
  }
  const perImage = gridHeight * gridWidth
  for (let i = 0; i < rows; i++) {
    const m = m0 + i
    const n = m / perImage
    const rest = m - n * perImage
    const y = rest / gridWidth
    store<i32>(rowsC + (i << 2), atC + n * imageC + y * lineC + (rest - y * gridWidth) * rowC)
  }
}

function packA(m0: i32, rows: i32, k0: i32, depth: i32): void {
  const panel = depth * MR * 4 + GAP
  if (kindA == STRIDED) {
    packStrided(packedA, panel, MR, atA + m0 * rowA + k0 * columnA, rowA, columnA, rows, depth)
  } else if (kindA == PATCHES) packPatches(packedA, panel, m0, rows, k0, depth)
  else packPatchesTransposed(packedA, panel, m0, rows, k0, depth)
}

function packB(k0: i32, depth: i32, n0: i32, columns: i32, width: i32): void {
  const panel = depth * width * 4 + GAP
  let to = packedB
  while (depth > 0) {
    const index = k0 / section
    const offset = k0 - index * section
    const count = min(section - offset, depth)
    const i = section == i32.MAX_VALUE ? 0 : index / sectionColumns
    const j = section == i32.MAX_VALUE ? 0 : index - i * sectionColumns
    const at = atB + i * sectionDown + j * sectionAcross + offset * rowB + n0 * columnB
    packStrided(to, panel, width, at, columnB, rowB, columns, count)
    to += count * width * 4
    k0 += count
    depth -= count
  }
}

/** Writes (or adds) the part of a tile that exists; `width` numbers a row in the tile. */
function copyTile(width: i32, rows: i32, columns: i32, row: i32, byte: i32, add: bool): void {
  for (let i = 0; i < rows; i++) {
    const to = load<i32>(rowsC + ((row + i) << 2)) + byte
    const from = tile + i * width * 4
    for (let j = 0; j < columns; j++) {
      const value = load<f32>(from + (j << 2))
      store<f32>(to + (j << 2), add ? load<f32>(to + (j << 2)) + value : value)
    }
  }
}

/** C = A B, or C += A B where `onto`; A [m, k], B [k, n]. */
export function product(m: i32, n: i32, k: i32, onto: bool): void {
  const blocks = (k + KC - 1) / KC
  const kc = blocks == 0 ? 0 : ((k + blocks - 1) / blocks + 3) & ~3
  const direct = m <= FEW_ROWS && columnB == 4 && section == i32.MAX_VALUE && n >= NR
  for (let n0 = 0; n0 < n; n0 += NC) {
    const columns = min(NC, n - n0)
    // An empty sum is zero: one round with no depth writes it.
    let k0 = 0
    do {
      const depth = min(kc, k - k0)
      const add = onto || k0 > 0
      // Where B is read in place, only the strip that sticks out over its edge is packed.
      const inPlace = direct ? columns & ~(NR - 1) : 0
      if (inPlace < columns) packB(k0, depth, n0 + inPlace, columns - inPlace, n <= NARROW ? NARROW : NR)
      for (let m0 = 0; m0 < m; m0 += MC) {
        const rows = min(MC, m - m0)
        packA(m0, rows, k0, depth)
        addressesOfC(m0, rows)
        if (n <= NARROW) narrowBlocks(rows, columns, depth, add)
        else {
          if (inPlace > 0) wideBlocks(atB + k0 * rowB + n0 * 4, rowB, 32, rows, n0, inPlace, depth, add)
          if (inPlace < columns) {
            const panel = depth * NR * 4 + GAP
            wideBlocks(packedB, 32, panel, rows, n0 + inPlace, columns - inPlace, depth, add)
          }
        }
      }
      k0 += kc
    } while (k0 < k)
  }
}

function wideBlocks(
  b: i32,
  stepB: i32,
  panelB: i32,
  rows: i32,
  n0: i32,
  columns: i32,
  depth: i32,
  add: bool,
): void {
  const panelA = depth * MR * 4 + GAP
  for (let j = 0; j < columns; j += NR) {
    const wide = columns - j >= NR
    const byte = (n0 + j) << 2
    let a = packedA
    for (let i = 0; i < rows; i += MR) {
      if (wide && rows - i >= MR) {
        const r = rowsC + (i << 2)
        const r0 = load<i32>(r) + byte
        const r1 = load<i32>(r, 4) + byte
        const r2 = load<i32>(r, 8) + byte
        const r3 = load<i32>(r, 12) + byte
        if (add) block4x8<Onto>(depth, a, b, stepB, r0, r1, r2, r3)
        else block4x8<Fresh>(depth, a, b, stepB, r0, r1, r2, r3)
      } else {
        block4x8<Fresh>(depth, a, b, stepB, tile, tile + 32, tile + 64, tile + 96)
        copyTile(NR, min(MR, rows - i), min(NR, columns - j), i, byte, add)
      }
      a += panelA
    }
    b += panelB
  }
}

function narrowBlocks(rows: i32, columns: i32, depth: i32, add: bool): void {
  const panelA = depth * MR * 4 + GAP
  let a = packedA
  for (let i = 0; i < rows; i += 2 * MR) {
    // The second panel may lie behind the last one packed; then its rows are computed and not copied.
    block8x4(depth, a, a + panelA, packedB, tile)
    copyTile(NARROW, min(2 * MR, rows - i), columns, i, 0, add)
    a += 2 * panelA
  }
}
