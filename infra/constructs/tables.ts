/** The six tables, each by what it holds and how it is asked; pk and sk are strings, the items are in adapters/dynamodb. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, StreamViewType, Table, type GlobalSecondaryIndexProps } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';

const string = (name: string): { readonly name: string; readonly type: AttributeType } => ({ name, type: AttributeType.STRING });

/** What a wave is selected from: the summary of a device, without a read of the device itself. */
const byBranch: GlobalSecondaryIndexProps = {
  indexName: 'byBranch', partitionKey: string('branchId'), sortKey: string('order'),
  projectionType: ProjectionType.INCLUDE,
  nonKeyAttributes: ['id', 'name', 'displayName', 'testDevice', 'tags', 'status', 'enrolmentId', 'serialNumber', 'osVersion', 'productName'],
};
/** Devices by the beginning of what they are called (docs/decisions/0006). */
const bySearch: GlobalSecondaryIndexProps = {
  indexName: 'bySearch', partitionKey: string('searchKey'), sortKey: string('searchText'), projectionType: ProjectionType.INCLUDE, nonKeyAttributes: ['deviceId'],
};
const byDevice: GlobalSecondaryIndexProps = { indexName: 'byDevice', partitionKey: string('deviceId'), sortKey: string('issuedKey') };
const listing: GlobalSecondaryIndexProps = { indexName: 'listing', partitionKey: string('listing'), sortKey: string('createdKey') };

export class Tables extends Construct {
  readonly devices: Table;
  readonly instructions: Table;
  readonly inventory: Table;
  readonly catalogue: Table;
  readonly plans: Table;
  readonly audit: Table;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.devices = this.#table('Devices', [byBranch, bySearch]);
    // Settling reads the wave's instructions itself: the stream only has to name them.
    this.instructions = this.#table('Instructions', [byDevice], StreamViewType.KEYS_ONLY);
    this.inventory = this.#table('Inventory');
    this.catalogue = this.#table('Catalogue');
    // Events tell what a plan was before; of verdicts there is no other copy.
    this.plans = this.#table('Plans', [listing], StreamViewType.NEW_AND_OLD_IMAGES);
    this.audit = this.#table('Audit');
  }

  /** Encryption stays with the key that AWS owns: one of ours would need kms statements in every role. */
  #table(id: string, indexes: readonly GlobalSecondaryIndexProps[] = [], stream?: StreamViewType): Table {
    const table = new Table(this, id, {
      partitionKey: string('pk'),
      sortKey: string('sk'),
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: 'ttl',
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      ...(stream === undefined ? {} : { stream }),
    });
    for (const index of indexes) table.addGlobalSecondaryIndex(index);
    return table;
  }
}
