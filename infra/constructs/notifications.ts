/** What others may listen to: a bus with everything that happens, and a topic for people and simple programs. */
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

export class Notifications extends Construct {
  readonly bus: EventBus;
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { busName }: { readonly busName: string }) {
    super(scope, id);
    this.bus = new EventBus(this, 'Bus', { eventBusName: busName, description: 'What happens to plans, and what ends soon (docs/events.md)' });
    this.topic = new Topic(this, 'Topic', { enforceSSL: true });
    const rule = new Rule(this, 'Rule', { eventBus: this.bus, description: 'Everything that Wavecast tells', eventPattern: { source: ['wavecast'] }, targets: [{ bind: () => ({ arn: this.topic.topicArn }) }] });
    // The CDK's own target would let the rules of every account publish.
    this.topic.addToResourcePolicy(new PolicyStatement({
      sid: 'OwnRule', actions: ['sns:Publish'], resources: [this.topic.topicArn], principals: [new ServicePrincipal('events.amazonaws.com')], conditions: { ArnEquals: { 'aws:SourceArn': rule.ruleArn } },
    }));
  }
}
