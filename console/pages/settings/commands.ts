/** The commands that change what the console only shows: exact for this installation, to be typed where AWS is signed in to. Pure. */

export interface Place {
  /** Of the OpenID issuer: names the user pool. */
  readonly issuer: string;
  readonly eventBus: string;
  readonly notificationTopic: string;
  readonly linkGeneration: number;
}

export interface Commands {
  /** Gives the service stack another name of the organisation, and leaves everything else as it was deployed. */
  readonly organisation: string;
  readonly subscribe: string;
  readonly linkKeys: string;
  readonly addPerson: string;
  readonly giveRole: string;
  readonly takeRole: string;
}

/** The installation's name in its account, from that of its bus: `wavecast-production`. */
export function stageOf(eventBus: string): string {
  return eventBus.replace(/^wavecast-/, '');
}

export function commandsOf({ issuer, eventBus, notificationTopic, linkGeneration }: Place): Commands {
  const stage = stageOf(eventBus);
  const [, , , region = 'REGION'] = notificationTopic.split(':');
  const [, pool = 'USER_POOL'] = /^https:\/\/cognito-idp\.[^/]+\/([\w-]+)$/.exec(issuer) ?? [];
  const people = (what: string, more: string): string => `aws cognito-idp ${what} --region ${region} --user-pool-id ${pool} --username ada@example.com${more}`;
  return {
    organisation: `aws cloudformation update-stack --region ${region} --stack-name Wavecast-${stage}-Service --use-previous-template --capabilities CAPABILITY_IAM CAPABILITY_NAMED_IAM --parameters ParameterKey=Organisation,ParameterValue="Example Ltd" ParameterKey=ApnsUrl,UsePreviousValue=true ParameterKey=BootstrapVersion,UsePreviousValue=true`,
    subscribe: `aws sns subscribe --region ${region} --topic-arn ${notificationTopic} --protocol email --notification-endpoint ops@example.com`,
    linkKeys: `npx aws-cdk deploy --all -c stage=${stage} -c linkKeys=${linkGeneration + 1}`,
    addPerson: people('admin-create-user', ''),
    giveRole: people('admin-add-user-to-group', ' --group-name operator'),
    takeRole: people('admin-remove-user-from-group', ' --group-name operator'),
  };
}
