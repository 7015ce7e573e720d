export {
  type ArnoldiOptions,
  type ArnoldiResult,
  arnoldi,
  type Product,
  type RitzValue,
  type Wanted,
} from './arnoldi.ts'
export { type BestResponse, bestResponse, type ResponseOptions } from './best-response.ts'
export { type Audience, costAt } from './cost.ts'
export { type Density, jensenShannon, kullbackLeibler, mixtureDensity, normalDensity } from './densities.ts'
export { type Complex, type Eigenpair, eigenpairs, eigenvalues, modulus } from './eigenvalues.ts'
export { dualityGap, type Exploitability, exploitability } from './exploitability.ts'
export { fieldVector, jacobian, jacobianProducts } from './jacobian.ts'
export { matrixExploitability, type Strategies } from './matrix-exploitability.ts'
export { type CriticReport, compareCritic, criticCost } from './optimal-critic.ts'
export {
  compareDiscriminator,
  type DiscriminatorReport,
  type Logits,
  optimalDiscriminator,
  optimalValue,
} from './optimal-discriminator.ts'
export { type PathAngleOptions, type PathPoint, pathAngle } from './path-angle.ts'
export { integral, type Quadrature, type QuadratureOptions, quadrature } from './quadrature.ts'
export { type RotationOptions, rotationEstimate } from './rotation.ts'
export { type Split, split } from './split.ts'
export {
  flowStability,
  type Stability,
  type StabilityOptions,
  stepStability,
  type Verdict,
} from './stability.ts'
export { type Sight, stillField } from './still.ts'
export {
  type Arrow,
  area,
  arrows,
  cross,
  dots,
  levels,
  line,
  note,
  type Point,
  rule,
  type Stroke,
} from './svg/marks.ts'
export { pathAnglePlot } from './svg/path-angle-plot.ts'
export {
  descentArrows,
  type GridOptions,
  type Path,
  type PortraitOptions,
  phasePortrait,
} from './svg/phase-portrait.ts'
export {
  type Axis,
  COLORS,
  grid,
  type LegendEntry,
  type Mark,
  type Picture,
  type Place,
  type PlotOptions,
  plot,
  svg,
} from './svg/plot.ts'
export { type TrajectoryOptions, trajectory } from './trajectory.ts'
export { type UpdateJacobian, type UpdateOptions, updateJacobian } from './update-map.ts'
export { numbersOf, treeOf, type Vector } from './vectors.ts'
export { type ZeroSum, type ZeroSumOptions, zeroSum } from './zero-sum.ts'
