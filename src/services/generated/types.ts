// Generated from wsdl/ by npm run generate. Do not edit.

/** `{http://dataobjects.soap.admin.openexchange.com/xsd}Account` */
export interface Account {
  contextId?: number | null;
  userId?: number | null;
  id?: number | null;
  login?: string | null;
  password?: string | null;
  name?: string | null;
  primaryAddress?: string | null;
  personal?: string | null;
  replyTo?: string | null;
  mailServer?: string | null;
  mailPort?: number | null;
  mailProtocol?: string | null;
  mailSecure?: boolean | null;
  mailStartTls?: boolean | null;
  transportLogin?: string | null;
  transportPassword?: string | null;
  transportServer?: string | null;
  transportPort?: number | null;
  transportProtocol?: string | null;
  transportSecure?: boolean | null;
  transportStartTls?: boolean | null;
  archiveFullname?: string | null;
  draftsFullname?: string | null;
  sentFullname?: string | null;
  spamFullname?: string | null;
  trashFullname?: string | null;
  confirmedSpamFullname?: string | null;
  confirmedHamFullname?: string | null;
}

/** `{http://dataobjects.soap.admin.openexchange.com/xsd}AccountDataOnCreate` */
export interface AccountDataOnCreate {
  login?: string | null;
  password?: string | null;
  name?: string | null;
  primaryAddress?: string | null;
  personal?: string | null;
  replyTo?: string | null;
  mailEndpointSource?: string | null;
  mailServer?: string | null;
  mailPort?: number | null;
  mailProtocol?: string | null;
  mailSecure?: boolean | null;
  mailStartTls?: boolean | null;
  transportLogin?: string | null;
  transportPassword?: string | null;
  transportEndpointSource?: string | null;
  transportServer?: string | null;
  transportPort?: number | null;
  transportProtocol?: string | null;
  transportSecure?: boolean | null;
  transportStartTls?: boolean | null;
  archiveFullname?: string | null;
  draftsFullname?: string | null;
  sentFullname?: string | null;
  spamFullname?: string | null;
  trashFullname?: string | null;
  confirmedSpamFullname?: string | null;
  confirmedHamFullname?: string | null;
}

/** `{http://dataobjects.soap.admin.openexchange.com/xsd}AccountDataUpdate` */
export interface AccountDataUpdate {
  login?: string | null;
  password?: string | null;
  name?: string | null;
  personal?: string | null;
  replyTo?: string | null;
  mailServer?: string | null;
  mailPort?: number | null;
  mailProtocol?: string | null;
  mailSecure?: boolean | null;
  mailStartTls?: boolean | null;
  transportLogin?: string | null;
  transportPassword?: string | null;
  transportServer?: string | null;
  transportPort?: number | null;
  transportProtocol?: string | null;
  transportSecure?: boolean | null;
  transportStartTls?: boolean | null;
  archiveFullname?: string | null;
  draftsFullname?: string | null;
  sentFullname?: string | null;
  spamFullname?: string | null;
  trashFullname?: string | null;
  confirmedSpamFullname?: string | null;
  confirmedHamFullname?: string | null;
}

/** `{http://dataobjects.rmi.admin.openexchange.com/xsd}CheckedDatabases` */
export interface CheckedDatabases {
  needsupdate?: Database[];
  blocked?: Database[];
  outdated?: Database[];
}

/** `{http://dataobjects.soap.admin.openexchange.com/xsd}Context` */
export interface Context {
  average_size?: bigint | null;
  enabled?: boolean | null;
  filestoreId?: number | null;
  filestore_name?: string | null;
  id?: number | null;
  loginMappings?: string[];
  maxQuota?: bigint | null;
  name?: string | null;
  readDatabase?: Database | null;
  usedQuota?: bigint | null;
  userAttributes?: SOAPStringMapMap | null;
  writeDatabase?: Database | null;
  gabMode?: string | null;
}

/** `{http://dataobjects.rmi.admin.openexchange.com/xsd}Credentials` */
export interface Credentials {
  login?: string | null;
  password?: string | null;
}

/** `{http://dataobjects.soap.admin.openexchange.com/xsd}Database` */
export interface Database {
  currentUnits?: number | null;
  driver?: string | null;
  id?: number | null;
  login?: string | null;
  master?: boolean | null;
  masterId?: number | null;
  maxUnits?: number | null;
  name?: string | null;
  password?: string | null;
  poolHardLimit?: number | null;
  poolInitial?: number | null;
  poolMax?: number | null;
  read_id?: number | null;
  scheme?: string | null;
  url?: string | null;
}

/** `{http://soap.oxaas.admin.openexchange.com/}DomainCatchall` */
export interface DomainCatchall {
  domain?: string;
  user?: string;
}

/** `{http://dataobjects.soap.admin.openexchange.com/xsd}Entry` */
export interface Entry {
  key?: string | null;
  value?: string | null;
}

/** `{http://dataobjects.soap.admin.openexchange.com/xsd}Filestore` */
export interface Filestore {
  currentContexts?: number | null;
  id?: number | null;
  maxContexts?: number | null;
  reserved?: bigint | null;
  size?: bigint | null;
  url?: string | null;
  used?: bigint | null;
}

/** `{http://dataobjects.soap.admin.openexchange.com/xsd}Group` */
export interface Group {
  displayname?: string | null;
  id?: number | null;
  members?: number[];
  name?: string | null;
}

/** `{http://dataobjects.rmi.admin.openexchange.com/xsd}MaintenanceReason` */
export interface MaintenanceReason {
  id?: number | null;
  idset?: boolean;
  text?: string | null;
  textset?: boolean;
}

/** `{http://dataobjects.soap.admin.openexchange.com/xsd}Quota` */
export interface Quota {
  module?: string | null;
  limit?: bigint | null;
}

/** `{http://dataobjects.soap.admin.openexchange.com/xsd}QuotaArray` */
export interface QuotaArray {
  item?: Quota[];
}

/** `{http://soap.oxaas.admin.openexchange.com/}QuotaUsage` */
export interface QuotaUsage {
  storage?: bigint;
  count?: bigint;
}

/** `{http://dataobjects.rmi.reseller.admin.openexchange.com/xsd}ResellerAdmin` */
export interface ResellerAdmin {
  name?: string | null;
  passwordMech?: string | null;
  password?: string | null;
  parentId?: number | null;
  restrictions?: Restriction[];
  displayname?: string | null;
  id?: number | null;
  capabilities?: string[];
  capabilitiesToAdd?: string[];
  capabilitiesToRemove?: string[];
  capabilitiesToDrop?: string[];
  taxonomies?: string[];
  taxonomiesToAdd?: string[];
  taxonomiesToRemove?: string[];
  configuration?: SOAPStringMap | null;
  configurationToAdd?: SOAPStringMap | null;
  configurationToRemove?: string[];
}

/** `{http://dataobjects.soap.reseller.admin.openexchange.com/xsd}ResellerContext` */
export interface ResellerContext {
  average_size?: bigint | null;
  enabled?: boolean | null;
  filestoreId?: number | null;
  filestore_name?: string | null;
  id?: number | null;
  loginMappings?: string[];
  maxQuota?: bigint | null;
  name?: string | null;
  readDatabase?: Database | null;
  usedQuota?: bigint | null;
  userAttributes?: SOAPStringMapMap | null;
  writeDatabase?: Database | null;
  gabMode?: string | null;
  customid?: string | null;
  extensionError?: string | null;
  owner?: ResellerAdmin | null;
  restriction?: Restriction[];
  sid?: number;
}

/** `{http://dataobjects.soap.admin.openexchange.com/xsd}Resource` */
export interface Resource {
  available?: boolean | null;
  description?: string | null;
  displayname?: string | null;
  email?: string | null;
  id?: number | null;
  name?: string | null;
  permissions?: ResourcePermission[];
}

/** `{http://dataobjects.soap.admin.openexchange.com/xsd}ResourcePermission` */
export interface ResourcePermission {
  entity?: number;
  group?: boolean;
  privilege?: string;
}

/** `{http://dataobjects.rmi.reseller.admin.openexchange.com/xsd}Restriction` */
export interface Restriction {
  name?: string | null;
  value?: string | null;
  id?: number | null;
}

/** `{http://dataobjects.rmi.admin.openexchange.com/xsd}Database` */
export interface RmiDatabase {
  mandatoryMembersChange?: string[];
  mandatoryMembersCreate?: string[];
  mandatoryMembersDelete?: string[];
  mandatoryMembersRegister?: string[];
  currentUnits?: number | null;
  currentUnitsset?: boolean;
  driver?: string | null;
  driverset?: boolean;
  id?: number | null;
  idset?: boolean;
  login?: string | null;
  loginset?: boolean;
  master?: boolean | null;
  masterId?: number | null;
  masterIdset?: boolean;
  masterset?: boolean;
  maxUnits?: number | null;
  maxUnitsset?: boolean;
  name?: string | null;
  nameset?: boolean;
  password?: string | null;
  passwordset?: boolean;
  poolHardLimit?: number | null;
  poolHardLimitset?: boolean;
  poolInitial?: number | null;
  poolInitialset?: boolean;
  poolMax?: number | null;
  poolMaxset?: boolean;
  read_id?: number | null;
  read_idset?: boolean;
  scheme?: string | null;
  schemeset?: boolean;
  url?: string | null;
  urlset?: boolean;
}

/** `{http://dataobjects.rmi.admin.openexchange.com/xsd}Filestore` */
export interface RmiFilestore {
  currentContexts?: number | null;
  currentContextsset?: boolean;
  id?: number | null;
  idset?: boolean;
  maxContexts?: number | null;
  maxContextsset?: boolean;
  reserved?: bigint | null;
  reservedset?: boolean;
  size?: bigint | null;
  sizeset?: boolean;
  url?: string | null;
  urlset?: boolean;
  used?: bigint | null;
  usedset?: boolean;
}

/** `{http://dataobjects.rmi.admin.openexchange.com/xsd}Quota` */
export interface RmiQuota {
  module?: string | null;
  limit?: bigint | null;
}

/** `{http://dataobjects.soap.admin.openexchange.com/xsd}SOAPMapEntry` */
export interface SOAPMapEntry {
  key?: string | null;
  value?: SOAPStringMap | null;
}

/** `{http://dataobjects.soap.admin.openexchange.com/xsd}SOAPStringMap` */
export interface SOAPStringMap {
  entries?: Entry[];
}

/** `{http://dataobjects.soap.admin.openexchange.com/xsd}SOAPStringMapMap` */
export interface SOAPStringMapMap {
  entries?: SOAPMapEntry[];
}

/** `{http://dataobjects.soap.admin.openexchange.com/xsd}SchemaSelectStrategy` */
export interface SchemaSelectStrategy {
  schema_name?: string | null;
  strategy?: string | null;
}

/** `{http://dataobjects.soap.admin.openexchange.com/xsd}Server` */
export interface Server {
  id?: number | null;
  name?: string | null;
}

/** `{http://dataobjects.soap.admin.openexchange.com/xsd}User` */
export interface User {
  aliases?: string[];
  anniversary?: string | null;
  assistant_name?: string | null;
  birthday?: string | null;
  branches?: string | null;
  business_category?: string | null;
  categories?: string | null;
  cellular_telephone1?: string | null;
  cellular_telephone2?: string | null;
  city_business?: string | null;
  city_home?: string | null;
  city_other?: string | null;
  commercial_register?: string | null;
  company?: string | null;
  contextadmin?: boolean;
  country_business?: string | null;
  country_home?: string | null;
  country_other?: string | null;
  drive_user_folder_mode?: string | null;
  drive_folder_mode?: string | null;
  defaultSenderAddress?: string | null;
  default_group?: Group | null;
  department?: string | null;
  display_name?: string | null;
  email1?: string | null;
  email2?: string | null;
  email3?: string | null;
  employeeType?: string | null;
  fax_business?: string | null;
  fax_home?: string | null;
  fax_other?: string | null;
  filestoreId?: number | null;
  filestore_name?: string | null;
  folderTree?: number | null;
  given_name?: string | null;
  guiPreferencesForSoap?: SOAPStringMap | null;
  gui_spam_filter_enabled?: boolean | null;
  id?: number | null;
  imapLogin?: string | null;
  imapPort?: number;
  imapSchema?: string | null;
  imapServer?: string | null;
  imapServerString?: string | null;
  info?: string | null;
  instant_messenger1?: string | null;
  instant_messenger2?: string | null;
  language?: string | null;
  mail_folder_confirmed_ham_name?: string | null;
  mail_folder_confirmed_spam_name?: string | null;
  mail_folder_drafts_name?: string | null;
  mail_folder_sent_name?: string | null;
  mail_folder_spam_name?: string | null;
  mail_folder_trash_name?: string | null;
  mail_folder_archive_full_name?: string | null;
  mailenabled?: boolean | null;
  manager_name?: string | null;
  marital_status?: string | null;
  maxQuota?: bigint | null;
  middle_name?: string | null;
  name?: string | null;
  nickname?: string | null;
  note?: string | null;
  number_of_children?: string | null;
  number_of_employee?: string | null;
  password?: string | null;
  passwordMech?: string | null;
  password_expired?: boolean | null;
  position?: string | null;
  postal_code_business?: string | null;
  postal_code_home?: string | null;
  postal_code_other?: string | null;
  primaryEmail?: string | null;
  profession?: string | null;
  room_number?: string | null;
  sales_volume?: string | null;
  smtpPort?: number;
  smtpSchema?: string | null;
  smtpServer?: string | null;
  smtpServerString?: string | null;
  spouse_name?: string | null;
  state_business?: string | null;
  state_home?: string | null;
  state_other?: string | null;
  street_business?: string | null;
  street_home?: string | null;
  street_other?: string | null;
  suffix?: string | null;
  sur_name?: string | null;
  tax_id?: string | null;
  telephone_assistant?: string | null;
  telephone_business1?: string | null;
  telephone_business2?: string | null;
  telephone_callback?: string | null;
  telephone_car?: string | null;
  telephone_company?: string | null;
  telephone_home1?: string | null;
  telephone_home2?: string | null;
  telephone_ip?: string | null;
  telephone_isdn?: string | null;
  telephone_other?: string | null;
  telephone_pager?: string | null;
  telephone_primary?: string | null;
  telephone_radio?: string | null;
  telephone_telex?: string | null;
  telephone_ttytdd?: string | null;
  timezone?: string | null;
  title?: string | null;
  uploadFileSizeLimit?: number | null;
  uploadFileSizeLimitPerFile?: number | null;
  url?: string | null;
  usedQuota?: bigint | null;
  userAttributes?: SOAPStringMapMap | null;
  userfield01?: string | null;
  userfield02?: string | null;
  userfield03?: string | null;
  userfield04?: string | null;
  userfield05?: string | null;
  userfield06?: string | null;
  userfield07?: string | null;
  userfield08?: string | null;
  userfield09?: string | null;
  userfield10?: string | null;
  userfield11?: string | null;
  userfield12?: string | null;
  userfield13?: string | null;
  userfield14?: string | null;
  userfield15?: string | null;
  userfield16?: string | null;
  userfield17?: string | null;
  userfield18?: string | null;
  userfield19?: string | null;
  userfield20?: string | null;
  primaryAccountName?: string | null;
  convert_drive_user_folders?: boolean | null;
  load_remote_mail_content_by_default?: boolean | null;
  image1?: Uint8Array | null;
  image1ContentType?: string | null;
}

/** `{http://dataobjects.soap.admin.openexchange.com/xsd}UserModuleAccess` */
export interface UserModuleAccess {
  OLOX20?: boolean | null;
  USM?: boolean | null;
  activeSync?: boolean | null;
  calendar?: boolean | null;
  collectEmailAddresses?: boolean | null;
  contacts?: boolean | null;
  delegateTask?: boolean | null;
  deniedPortal?: boolean | null;
  editGroup?: boolean | null;
  editPassword?: boolean | null;
  editPublicFolders?: boolean | null;
  editResource?: boolean | null;
  globalAddressBookDisabled?: boolean | null;
  ical?: boolean | null;
  infostore?: boolean | null;
  multipleMailAccounts?: boolean | null;
  publicFolderEditable?: boolean | null;
  publication?: boolean | null;
  readCreateSharedFolders?: boolean | null;
  subscription?: boolean | null;
  syncml?: boolean | null;
  tasks?: boolean | null;
  vcard?: boolean | null;
  webdav?: boolean | null;
  webdavXml?: boolean | null;
  webmail?: boolean | null;
}
