<?php
// Walks the story of test/support/interop/interop-story.ts with PHP's SoapClient and no WSDL: arguments go out as param0, param1 …
// without a namespace, structs as SOAP-ENC:Struct, and the POST goes to …?wsdl, as such scripts have it. Repeated
// arguments cannot be told by their position, so calls with them name their arguments.
//
// Usage: php story_without_wsdl.php URL MASTER_LOGIN MASTER_PASSWORD

declare(strict_types=1);

require __DIR__ . '/common.php';

const RESELLER = 'http://soap.reseller.admin.openexchange.com';

function connectWithoutWsdl(string $service, string $namespace = RESELLER): SoapClient
{
    global $url;
    return new SoapClient(null, ['location' => "$url/webservices/$service?wsdl", 'uri' => $namespace]);
}

/** A struct with members that repeat: PHP alone would make a SOAP-ENC:Array of a list. */
function struct(array|object $members): SoapVar
{
    return new SoapVar(elements((array) $members), SOAP_ENC_OBJECT);
}

/** @return SoapVar[] the members by their names, each element of a list by the name of the list */
function elements(array $members): array
{
    $elements = [];
    foreach ($members as $name => $value) {
        foreach (is_array($value) && array_is_list($value) ? $value : [$value] as $one) {
            $elements[] = is_scalar($one) || $one === null
                ? new SoapVar($one, XSD_STRING, null, null, $name)
                : new SoapVar(elements((array) $one), SOAP_ENC_OBJECT, null, null, $name);
        }
    }
    return $elements;
}

/** @return SoapParam[] arguments by name; a list of objects repeats its name */
function named(array $arguments): array
{
    $params = [];
    foreach ($arguments as $name => $value) {
        foreach (is_array($value) ? $value : [$value] as $one) {
            $params[] = new SoapParam($one, $name);
        }
    }
    return $params;
}

/** Without a WSDL, PHP cannot know that an element may repeat: it hands over nothing, one, or several by their name. */
function listOf(mixed $found): array
{
    $found = is_array($found) && isset($found['return']) ? $found['return'] : $found;
    return is_array($found) ? $found : ($found === null ? [] : [$found]);
}

/** … nor what is a number. */
function number(mixed $text): ?int
{
    return $text === null ? null : (int) $text;
}

function boolean(string $text): bool|string
{
    return ['true' => true, 'false' => false][$text] ?? $text;
}

function ids(mixed $found): array
{
    return array_map(fn($one) => number($one->id), listOf($found));
}

function idAndName(object $found): array
{
    return ['id' => number($found->id), 'name' => $found->name];
}

function typed(object $user): array
{
    $config = [];
    foreach (listOf($user->userAttributes->entries->value->entries) as $entry) {
        $config[$entry->key] = $entry->value;
    }
    $texts = explode(' ', 'name display_name given_name sur_name primaryEmail email1 language timezone password');
    return [
        'id' => number($user->id),
        'mailenabled' => boolean($user->mailenabled),
        'maxQuota' => number($user->maxQuota),
        'usedQuota' => number($user->usedQuota),
        'filestoreId' => number($user->filestoreId),
        'aliases' => listOf($user->aliases),
        'config' => $config,
    ] + pick($user, ...$texts);
}

function typedContext(object $context): array
{
    $more = ['maxQuota' => number($context->maxQuota), 'enabled' => boolean($context->enabled)];
    return idAndName($context) + $more;
}

// The master admin makes a reseller.
$resellers = connectWithoutWsdl('OXResellerService');
$master = (object) ['login' => $masterLogin, 'password' => $masterPassword];
$adm = (object) ['name' => 'reseller1', 'displayname' => 'Reseller One', 'password' => 'reseller-secret'];
say('create-reseller', idAndName($resellers->create($adm, $master)));

// The reseller makes a context.
$contexts = connectWithoutWsdl('OXResellerContextService');
$auth = (object) ['login' => 'reseller1', 'password' => 'reseller-secret'];
$admin = (object) [
    'name' => 'oxadmin',
    'password' => 'admin-secret',
    'display_name' => 'Context Admin',
    'sur_name' => 'Admin',
    'given_name' => 'Context',
    'primaryEmail' => 'oxadmin@acme.example',
    'email1' => 'oxadmin@acme.example',
    'nickname' => null,
];
$context = $contexts->create((object) ['name' => 'reseller1_acme', 'maxQuota' => 1000], $admin, $auth);
say('create-context', idAndName($context));
$contextId = number($context->id);
$ctx = (object) ['id' => $contextId];
say('list-contexts', ids($contexts->list('reseller1_acme', $auth)));
$whole = $contexts->getData($ctx, $auth);
say('get-context', typedContext($whole));
say('change-whole-context', $contexts->change(struct($whole), $auth));
say('get-whole-context', typedContext($contexts->getData($ctx, $auth)));
say('context-exists', boolean($contexts->exists($ctx, $auth)));

// A user with one quota over mail and files.
$users = connectWithoutWsdl('OXResellerUserService');
$oxaas = connectWithoutWsdl('OXaaSService', 'http://soap.oxaas.admin.openexchange.com/');
$anna = $users->create($ctx, (object) [
    'name' => 'anna',
    'password' => 'anna-secret',
    'display_name' => 'Jürgen Ærø 漢字 & <b>',
    'given_name' => 'Jürgen',
    'sur_name' => 'Ærø 漢字 & <b>',
    'primaryEmail' => 'anna@acme.example',
    'email1' => 'anna@acme.example',
    'aliases' => 'a.berg@acme.example',
    'language' => 'de_DE',
    'timezone' => 'Europe/Berlin',
    'maxQuota' => 1024,
    'userAttributes' => struct(config([UNIFIED => 'true', 'com.example.flag' => 'yes'])),
], $auth);
say('create-user', idAndName($anna) + pick($anna, 'password'));
$annaId = number($anna->id);
$user = (object) ['id' => $annaId];
say('set-mail-quota', $oxaas->setMailQuota($contextId, $annaId, 1024, $auth));
say('get-user', typed($users->getData($ctx, $user, $auth)));
say('get-mail-quota', number($oxaas->getMailQuota($contextId, $annaId, $auth)));
say('get-quota-usage', number($oxaas->getQuotaUsagePerUser($contextId, $annaId, $auth)->storage));
say('rest-quota', restQuota($contextId, $annaId));

// A second user by the name of a module access combination, and the ways to read users.
$bertaData = [
    'name' => 'berta',
    'password' => 'berta-secret',
    'display_name' => 'Berta',
    'given_name' => 'Berta',
    'sur_name' => 'Berg',
    'primaryEmail' => 'berta@acme.example',
    'email1' => 'berta@acme.example',
];
$berta = $users->createByModuleAccessName($ctx, (object) $bertaData, 'pim', $auth);
say('create-second-user', idAndName($berta));
say('list-users', ids($users->list($ctx, '*', $auth)));
$second = (object) ['id' => number($berta->id)];
$several = $users->getMultipleData(...named(['ctx' => $ctx, 'users' => [$second, $user], 'auth' => $auth]));
say('get-multiple', array_map(idAndName(...), listOf($several)));
say('user-exists', boolean($users->exists($ctx, (object) ['name' => 'anna'], $auth)));
say('nobody-exists', boolean($users->exists($ctx, (object) ['name' => 'nobody'], $auth)));
$access = $users->getModuleAccess($ctx, $second, $auth);
$modules = ['webmail', 'calendar', 'tasks', 'globalAddressBookDisabled', 'infostore', 'deniedPortal'];
say('get-module-access', array_map(boolean(...), pick($access, ...$modules)));
say('get-access-combination-name', $users->getAccessCombinationName($ctx, $second, $auth));

// Refusals.
$again = (object) (['name' => 'anna', 'display_name' => 'Another'] + $bertaData);
sayFault('duplicate-user', fn() => $users->create($ctx, $again, $auth));
sayFault('unknown-user', fn() => $users->getData($ctx, (object) ['id' => 4711], $auth));
$wrong = (object) ['login' => 'reseller1', 'password' => 'wrong'];
sayFault('wrong-password', fn() => $users->listAll($ctx, $wrong));
sayFault('delete-while-unified', fn() => $users->delete($ctx, $user, $auth, 0));

// A group; calls with members name their arguments.
$groups = connectWithoutWsdl('OXResellerGroupService');
$groupOf = fn(object $found) => idAndName($found) +
    ['displayname' => $found->displayname, 'members' => array_map(number(...), listOf($found->members))];
$sales = (object) ['name' => 'sales', 'displayname' => 'Vertrieb Ærø & 漢字'];
$created = $groups->create($ctx, $sales, $auth);
say('create-group', idAndName($created));
$group = (object) ['id' => number($created->id)];
$byName = fn(array $members) => named(['ctx' => $ctx, 'grp' => $group, 'members' => $members, 'auth' => $auth]);
say('add-members', $groups->addMember(...$byName([$user, $second])));
say('get-members', ids($groups->getMembers($ctx, $group, $auth)));
say('get-group', $groupOf($groups->getData($ctx, $group, $auth)));
say('list-groups', ids($groups->list($ctx, 'sales', $auth)));
say('groups-of-user', ids($groups->listGroupsForUser($ctx, $user, $auth)));
say('remove-member', $groups->removeMember(...$byName([$second])));
say('change-whole-group', $groups->change($ctx, $groups->getData($ctx, $group, $auth), $auth));
say('get-whole-group', $groupOf($groups->getData($ctx, $group, $auth)));
sayFault('unknown-group', fn() => $groups->getData($ctx, (object) ['id' => 4711], $auth));
say('delete-group', $groups->delete($ctx, $group, $auth));
say('groups-left', ids($groups->list($ctx, 'sales', $auth)));

// Object quotas, by the service that can set them.
$plain = connectWithoutWsdl('OXContextService', 'http://soap.admin.openexchange.com');
$quotasOf = fn($found) => array_map(fn($quota) => ['module' => $quota->module, 'limit' => number($quota->limit)], listOf($found));
say('change-object-quotas', $plain->changeQuota($ctx, 'calendar,task', '300', $master));
say('list-object-quotas', $quotasOf($plain->listQuota($ctx, $master)));
say('drop-object-quota', $plain->changeQuota($ctx, 'task', '-1', $master));
say('list-object-quotas-left', $quotasOf($plain->listQuota($ctx, $master)));
sayFault('unknown-module', fn() => $plain->changeQuota($ctx, 'nonsense', '1', $master));
say('list-object-quotas-as-reseller-service', $quotasOf($contexts->listQuota($ctx, $master)));

// Unified off, one attribute removed by nil; then what was read goes back.
$off = (object) ['id' => $annaId, 'userAttributes' => struct(config([UNIFIED => 'false', 'com.example.flag' => null]))];
say('switch-unified-off', $users->change($ctx, $off, $auth));
$wholeUser = $users->getData($ctx, $user, $auth);
say('get-switched-off', typed($wholeUser));
say('rest-quota-off', restQuota($contextId, $annaId));
say('change-whole-user', $users->change($ctx, struct($wholeUser), $auth));
say('get-whole-user', typed($users->getData($ctx, $user, $auth)));

// The end.
say('delete-user', $users->delete($ctx, $user, $auth, 0));
sayFault('get-deleted', fn() => $users->getData($ctx, $user, $auth));
say('delete-context', $contexts->delete($ctx, $auth));
say('context-gone', boolean($contexts->exists($ctx, $auth)));
say('delete-reseller', $resellers->delete((object) ['name' => 'reseller1'], $master));
$left = $resellers->list('reseller1', $master);
say('resellers-left', array_map(fn($found) => $found->name, listOf($left)));
