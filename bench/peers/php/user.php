<?php
declare(strict_types=1);

/** The members that have columns of their own, or are never stored. */
const COLUMN_MEMBERS = [
    'display_name' => true, 'email1' => true, 'given_name' => true, 'language' => true, 'maxQuota' => true, 'name' => true,
    'password' => true, 'passwordMech' => true, 'primaryEmail' => true, 'sur_name' => true, 'timezone' => true,
];

/** user.json as an array; made a PHP file at start, so that opcache keeps it. */
function sample(): array
{
    return require getenv('PEER_SAMPLE');
}

/** The answer where there is no database. */
function fixed_user(): array
{
    $sample = sample();
    $sample['profile'] += $sample['profileDefaults'];
    return $sample;
}

/** What a create is going to store. */
function requested_user(object $requested): array
{
    $sample = sample();
    $row = [
        'login' => $requested->name,
        'display_name' => $requested->display_name,
        'given_name' => $requested->given_name,
        'sur_name' => $requested->sur_name,
        'primary_email' => $requested->primaryEmail,
        'email1' => $requested->email1,
        'default_sender_address' => $requested->primaryEmail,
        'language' => $requested->language,
        'timezone' => $requested->timezone,
        'max_quota_mb' => $requested->maxQuota,
    ];
    return [
        'row' => $row + $sample['row'],
        'aliases' => [$requested->primaryEmail],
        'attributes' => [],
        'profile' => array_diff_key(get_object_vars($requested), COLUMN_MEMBERS) + $sample['profileDefaults'],
    ];
}

/** A user as answers show it. */
function shown_user(array $user): array
{
    $row = $user['row'];
    $shown = [
        'aliases' => $user['aliases'],
        'contextadmin' => (bool) $row['is_context_admin'],
        'defaultSenderAddress' => $row['default_sender_address'],
        'display_name' => $row['display_name'],
        'email1' => $row['email1'],
        'filestoreId' => $row['filestore_id'],
        'given_name' => $row['given_name'],
        'id' => $row['id'],
        'imapPort' => $row['imap_port'],
        'imapSchema' => $row['imap_schema'],
        'imapServer' => $row['imap_host'],
        'imapServerString' => "{$row['imap_schema']}{$row['imap_host']}:{$row['imap_port']}",
        'language' => $row['language'],
        'mailenabled' => (bool) $row['enabled'],
        'maxQuota' => $row['max_quota_mb'],
        'name' => $row['login'],
        'passwordMech' => $row['password_mech'],
        'password_expired' => (bool) $row['password_expired'],
        'primaryEmail' => $row['primary_email'],
        'smtpPort' => $row['smtp_port'],
        'smtpSchema' => $row['smtp_schema'],
        'smtpServer' => $row['smtp_host'],
        'smtpServerString' => "{$row['smtp_schema']}{$row['smtp_host']}:{$row['smtp_port']}",
        'sur_name' => $row['sur_name'],
        'timezone' => $row['timezone'],
    ] + $user['profile'];
    if ($row['file_bytes'] !== null) {
        $shown['usedQuota'] = intdiv($row['file_bytes'], 1048576);
    }
    if ($user['attributes'] !== []) {
        $shown['userAttributes'] = shown_attributes($user['attributes']);
    }
    return $shown;
}

function shown_attributes(array $attributes): array
{
    $namespaces = [];
    foreach ($attributes as ['namespace' => $namespace, 'name' => $name, 'value' => $value]) {
        $namespaces[$namespace][] = ['key' => $name, 'value' => $value];
    }
    $entries = [];
    foreach ($namespaces as $namespace => $values) {
        $entries[] = ['key' => $namespace, 'value' => ['entries' => $values]];
    }
    return ['entries' => $entries];
}
