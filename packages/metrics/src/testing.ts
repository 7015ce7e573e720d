export { type MetricContractOptions, metricContract } from './testing/metric-contract.ts'
