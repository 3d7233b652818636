/**
 * What devices' error codes mean to an administrator. Codes: Apple's Mobile Device Management Protocol Reference, "Error
 * Codes" (informational, says Apple: a code may change its meaning, so none decides more than what is said here), Foundation's
 * NSURLError, errno, and what devices have been seen to answer. The words are ours.
 */

/** `passes`: the same again later may well succeed. `ours`: no device could obey. `final`: neither. */
export type ErrorKind = 'passes' | 'final' | 'ours';

export interface DeviceError {
  readonly kind: ErrorKind;
  /** The end of a sentence that begins with "The device answered with an error: ". */
  readonly words: string;
}

type Domain = Readonly<Record<number, DeviceError>>;

const passes = (words: string): DeviceError => ({ kind: 'passes', words });
const final = (words: string): DeviceError => ({ kind: 'final', words });
const ours = (words: string): DeviceError => ({ kind: 'ours', words });

/** The MDM client itself. */
const mdm: Domain = {
  12000: final('the management profile asks for rights that do not fit together'), 12001: final('the device is managed by another server already'), 12002: passes('the device could not check in'),
  12003: final('the answer to its challenge was wrong'), 12004: final('the push certificate in the profile is not accepted'), 12005: final('the certificate that it was to use is not there'),
  12006: ours('the server sent it elsewhere in a way that it refuses'), 12007: final('the management profile does not give the right to this'), 12008: ours('the request was malformed'),
  12009: final('the profile cannot take the place of the one before'), 12010: final('its own records of management contradict each other'), 12011: final('its management settings are not valid'),
  12012: final('the new management profile is not of the same server and rights as the one before'), 12013: final('that profile is not one that this server installed'), 12014: final('that provisioning profile is not one that this server installed'),
  12015: passes('the device could not get a push token'), 12016: final('the device has lost the identity by which it is managed'), 12017: final('the device could not set its keys aside'), 12018: final('the device could not read the keys that it had set aside'),
  12019: final('the device could not read the secret that it had set aside'), 12020: final('the server turned the device away'), 12021: final('this request does not exist on the device\'s system'), 12022: final('the push topic is not valid'),
  12023: final('the App Store does not know the app'), 12024: passes('the device could not fetch the app\'s manifest, or not make sense of it'), 12025: final('the app is installed already'),
  12026: final('the app is asked for already, or there is no licence for it'), 12027: final('what the manifest leads to is no app'), 12028: final('no redemption of a code is under way'), 12029: final('the app is not managed by this server'),
  12030: ours('the address of the manifest is not valid'), 12031: final('installing apps is switched off on the device'), 12032: ours('the manifest names more than one app'), 12033: ours('the manifest is not valid'),
  12034: ours('the address of the manifest does not begin with https'), 12035: final('the app cannot be bought'), 12036: passes('the app cannot be removed in the state that it is in'), 12037: final('the redemption code is not valid'), 12038: final('the app is not managed by this server'),
  12040: final('nobody is signed in to the App Store on the device'), 12041: final('the device does not know the language'), 12042: final('the device does not know the region'), 12043: passes('the download failed'),
  12044: final('the kind of media is not one that it knows'), 12045: final('the media cannot take the place of the other'), 12046: final('the id of the media could not be confirmed'), 12047: final('no licence is assigned to the device or its user'),
  12048: final('there is no system update to install'), 12049: final('the passcode must be cleared first'), 12050: passes('looking for system updates failed'), 12051: passes('a system update is being downloaded'), 12052: final('the system update is downloaded already'),
  12053: final('the system update needs a computer'), 12054: final('there is too little space for the system update\'s download'), 12055: passes('the battery is too low for the system update\'s download'), 12056: passes('the network is too slow for the system update\'s download'),
  12057: passes('the system update\'s download failed'), 12058: passes('a system update is being installed'), 12059: final('the system update must be downloaded first'), 12060: final('there is too little space for the system update'),
  12061: passes('the battery is too low for the system update'), 12062: final('the system update could not be installed'), 12063: final('the user declined'), 12064: final('no licence was found'), 12065: final('the app is part of the system'),
  12066: final('lost mode could not be switched on'), 12067: final('the device is not in lost mode'), 12068: passes('the device does not know where it is'), 12069: final('lost mode could not be switched off'), 12070: final('the device could not list its users'),
  12071: final('the device has no such user'), 12072: final('the user is signed in'), 12073: passes('the user\'s data is not stored elsewhere yet'), 12074: final('the user could not be deleted'), 12075: final('that profile is not on the device'),
  12076: final('the device does not connect for each user'), 12077: final('the system is not updated while a user is signed in'), 12078: final('this is not done in lost mode'), 12079: final('the device is not managed'), 12080: final('the sound could not be played'),
  12081: passes('the device has no cable to the network'),
};

/** Profiles: their form, and their installation. */
const profile: Domain = {
  1000: final('the profile is malformed'), 1001: final('the profile\'s version is not supported'), 1002: final('the profile lacks a field'), 1003: final('a field of the profile is of the wrong type'), 1004: final('the profile\'s signature does not hold'),
  1005: final('the profile is empty'), 1006: final('the profile cannot be decrypted'), 1007: final('two payloads have one UUID'), 1008: final('two payloads have one identifier'), 1009: final('the profile could not be installed'), 1010: final('a field of the profile has a value that is not supported'),
};
const payload: Domain = {
  2000: final('a payload is malformed'), 2001: final('a payload\'s version is not supported'), 2002: final('a payload lacks a field'), 2003: final('a field of a payload is of the wrong type'), 2004: final('a field of a payload has a value that is not supported'), 2005: final('a payload could not be handled'),
};
const installation: Domain = {
  4000: final('the profile cannot be read'), 4001: final('a payload could not be installed'), 4002: final('a profile with this UUID is there already'), 4003: final('the profile was not waiting to be installed'), 4004: final('the user cancelled the installation'),
  4005: final('the passcode is not as the profile asks'), 4006: final('the profile was to be removed before now'), 4007: final('the file is of no form that the device knows'), 4008: final('the profile is signed by another than the one before'), 4009: passes('the device is locked'),
  4010: final('the new profile has another identifier'), 4011: final('the profile is no configuration profile'), 4012: final('the profile cannot be updated'), 4013: final('the update of the profile failed'), 4014: final('the device has no identity'),
  4015: final('the new profile has no management payload'), 4016: final('the device failed by itself'), 4017: final('there is a global proxy already'), 4018: final('there are settings of the mobile network already'), 4019: final('there is an app lock already'),
  4020: final('profiles are not installed by hand on this device'), 4021: final('the profile may only be installed without the user'), 4022: final('the profile may only be installed by management'), 4023: final('a payload is not accepted'), 4024: final('the profile is not there'),
  4025: final('the supervision of the device does not fit'), 4026: final('the profile was to be removed before now'), 4027: final('the passcode must be changed first'), 4028: final('there is a home screen layout already'), 4029: final('there are notification settings already'),
  4030: final('a payload is not accepted on a shared iPad'), 4031: final('a payload holds what is private to the user'),
};
const provisioning: Domain = { 25000: final('the provisioning profile is not valid'), 25001: final('the provisioning profile could not be installed'), 25002: final('the provisioning profile could not be removed') };
const settings: Domain = { 28000: final('the device does not know the setting'), 28001: final('the picture cannot be used'), 28002: final('the wallpaper could not be set') };
const passcode: Domain = { 5010: passes('the device is locked'), 5011: final('the passcode is wrong'), 5013: final('the passcode cannot be cleared'), 5014: final('the passcode cannot be set') };
const certificate: Domain = {
  9000: final('the certificate\'s password is wrong'), 9001: final('a payload has too many certificates'), 9002: final('the certificate could not be stored'), 9003: final('the certificate could not be stored'), 9004: final('the root certificate could not be stored'),
  9005: final('the certificate is malformed'), 9006: final('the certificate has no key'),
};
const keychain: Domain = { 6000: passes('its key store failed'), 6001: final('its key store was given nothing'), 6002: final('its key store could not be asked') };
const scep: Domain = {
  22000: final('the key usage for the identity is not valid'), 22001: final('the device could not make a key pair'), 22002: final('the answer with the authority\'s certificate is not valid'), 22003: final('the answer with the authority\'s certificates is not valid'),
  22004: final('the certificate asked for is not supported'), 22005: passes('the network failed while the identity was asked for'), 22006: final('the authority can do too little'), 22007: final('the certificate issued is not valid'), 22008: final('the identity could not be made'),
  22009: final('the passing identity could not be made'), 22010: final('the passing identity could not be stored'), 22011: final('the request for a certificate could not be made'), 22012: final('the authority\'s certificate could not be stored'), 22013: final('the authority\'s answer is not valid'),
};
const transaction: Domain = { 23000: final('the identity for the connection cannot be used'), 23001: passes('the server\'s answer was not as expected'), 23002: final('the server\'s certificate is not trusted') };
const chaperone: Domain = { 29000: final('the device is not supervised'), 29003: final('the certificate is not valid') };
const store: Domain = { 30000: final('signing in to the App Store failed'), 30001: passes('the App Store did not answer in time') };
const cellular: Domain = { 36000: final('the mobile network is set up already'), 36001: passes('the mobile network could not be reached'), 36002: final('the device has no such mobile network hardware'), 36003: passes('the mobile network could not do it just now') };

/** Downloads of apps. */
const appStoreDaemon: Domain = { 507: passes('the download could not be begun'), 508: passes('its download service did not answer'), 509: final('nobody is signed in to the App Store on the device'), 850: ours('the address of the manifest is none that devices can reach from outside') };
const appleMedia: Domain = { 301: passes('the server of the download answered with an error') };

/** Foundation's network errors. What is not listed is of the network all the same. */
const url: Domain = {
  [-1000]: ours('the address is not valid'), [-1001]: passes('the network was too slow: the time ran out'), [-1002]: ours('the address is of a kind that it does not know'), [-1003]: passes('the server\'s name was not found'), [-1004]: passes('the server could not be reached'), [-1005]: passes('the connection broke'),
  [-1006]: passes('the server\'s name could not be looked up'), [-1007]: passes('the server sent it round in a circle'), [-1009]: passes('the device was not connected to the internet'), [-1011]: passes('the server\'s answer was not as expected'),
  [-1018]: passes('the device is abroad, and data roaming is off'), [-1019]: passes('a call was in the way of the connection'), [-1020]: passes('mobile data is not allowed'), [-1022]: ours('the address does not begin with https'),
  [-1200]: passes('no secure connection could be made'), [-1201]: passes('the server\'s certificate has expired, or the device\'s clock is wrong'), [-1202]: passes('the server\'s certificate is not trusted: perhaps a proxy or a guest network is in the way'),
  [-1203]: passes('the server\'s certificate is of an unknown authority: perhaps a proxy or a guest network is in the way'), [-1204]: passes('the server\'s certificate is not valid yet, or the device\'s clock is wrong'), [-1205]: passes('the server refused the device\'s certificate'), [-1206]: passes('the server wants a certificate'),
};
const posix: Domain = {
  28: final('the device is full'), 50: passes('the network is down'), 51: passes('the network cannot be reached'), 53: passes('the connection broke'), 54: passes('the connection broke'), 57: passes('the connection broke'), 60: passes('the network was too slow: the time ran out'),
  61: passes('the server refused the connection'), 64: passes('the server is down'), 65: passes('the server cannot be reached'),
};
const cocoa: Domain = { 640: final('the device is full') };

/** By Apple's name of the domain. */
export const errorDomains: Readonly<Record<string, Domain>> = {
  MCMDMErrorDomain: mdm, MCProfileErrorDomain: profile, MCPayloadErrorDomain: payload, MCInstallationErrorDomain: installation, MCProvisioningProfileErrorDomain: provisioning,
  MCSettingsErrorDomain: settings, MCPasscodeErrorDomain: passcode, MCCertificateErrorDomain: certificate, MCKeychainErrorDomain: keychain, MCSCEPErrorDomain: scep, MCHTTPTransactionErrorDomain: transaction,
  MCChaperoneErrorDomain: chaperone, MCStoreErrorDomain: store, MCCellularErrorDomain: cellular, ASDErrorDomain: appStoreDaemon, AMSErrorDomain: appleMedia,
  NSURLErrorDomain: url, kCFErrorDomainCFNetwork: url, NSPOSIXErrorDomain: posix, NSCocoaErrorDomain: cocoa,
};

/** Domains of which every error is of the network: it passes. */
export const networkDomains: ReadonlySet<string> = new Set(['NSURLErrorDomain', 'kCFErrorDomainCFNetwork']);

/** What the device says with InstallApplication's RejectionReason, other than that the app is there or on its way. */
export const rejectionWords: Readonly<Record<string, string>> = {
  AppStoreDisabled: 'Installing apps is switched off on the device.',
  CouldNotVerifyAppID: 'The device could not verify the app.',
  CouldNotVerifyITunesStoreID: 'The App Store does not know the app.',
  ManagementChangeNotSupported: 'The installed copy cannot be taken under management.',
  NotAnApp: 'The device says that the package is no app.',
  NotSupported: 'The device cannot run this app.',
  Other: 'The device refused the instruction without saying why.',
  PurchaseMethodNotSupported: 'The device cannot get the app in the way that was asked.',
  PurchaseMethodNotSupportedInMultiUser: 'A shared iPad cannot get the app in the way that was asked.',
  PurchaseNotFound: 'There is no licence for the app.',
};
