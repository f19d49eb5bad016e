<?php
declare(strict_types=1);

/** Creates and reads users by the statements of statements.json, over the persistent connection of this php-fpm child. */
final class Database
{
    private readonly PDO $pdo;

    public function __construct(string $url)
    {
        ['host' => $host, 'port' => $port, 'user' => $user, 'pass' => $password, 'path' => $path] = parse_url($url);
        $name = substr($path, 1);
        $this->pdo = new PDO("mysql:host=$host;port=$port;dbname=$name;charset=utf8mb4", $user, $password, [
            PDO::ATTR_PERSISTENT => true,
            // The default, and a fifth cheaper than preparing and closing every statement in every request.
            PDO::ATTR_EMULATE_PREPARES => true,
            PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
            PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_ASSOC,
            PDO::ATTR_STRINGIFY_FETCHES => false,
        ]);
    }

    public function create(int $contextId, object $requested, object $auth): array
    {
        $user = requested_user($requested);
        $row = $user['row'];
        $values = [
            'contextId' => $contextId,
            'authLogin' => $auth->login,
            'login' => $row['login'],
            'displayName' => $row['display_name'],
            'givenName' => $row['given_name'],
            'surName' => $row['sur_name'],
            'email' => $row['primary_email'],
            'passwordHash' => self::saltedSha512($requested->password, random_bytes(16)),
            'language' => $row['language'],
            'timezone' => $row['timezone'],
            'maxQuotaMb' => $row['max_quota_mb'],
            'profile' => json_encode($user['profile'], JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES),
        ];
        $this->run('create', $values, $auth->password);
        $user['row']['id'] = $values['userId'];
        return $user;
    }

    public function read(int $contextId, int $userId, object $auth): array
    {
        $values = ['contextId' => $contextId, 'userId' => $userId, 'authLogin' => $auth->login];
        $rows = $this->run('getData', $values, $auth->password);
        $row = $rows['user'][0] ?? throw new RuntimeException('No such user');
        return [
            'row' => $row,
            'aliases' => array_column($rows['aliases'], 'address'),
            'attributes' => $rows['attributes'],
            'profile' => json_decode($row['profile'], true, 512, JSON_THROW_ON_ERROR),
        ];
    }

    private function run(string $operation, array &$values, string $password): array
    {
        $rows = [];
        try {
            foreach ((require getenv('PEER_STATEMENTS'))[$operation] as $statement) {
                if ($statement['kind'] === 'begin') {
                    $this->pdo->beginTransaction();
                    continue;
                }
                if ($statement['kind'] === 'commit') {
                    $this->pdo->commit();
                    continue;
                }
                $prepared = $this->pdo->prepare($statement['sql']);
                $prepared->execute(array_map(static fn ($name) => $values[$name], $statement['params']));
                if ($statement['kind'] === 'takeId') {
                    $values['userId'] = (int) $this->pdo->lastInsertId();
                }
                if ($statement['kind'] === 'read') {
                    $rows[$statement['result']] = $prepared->fetchAll();
                }
                if (($statement['result'] ?? '') === 'caller') {
                    self::checkPassword($rows['caller'][0]['password_hash'] ?? '', $password);
                }
            }
        } catch (Throwable $error) {
            if ($this->pdo->inTransaction()) {
                $this->pdo->rollBack();
            }
            throw $error;
        }
        return $rows;
    }

    /** @throws SoapFault when the caller is unknown or the password is wrong */
    private static function checkPassword(string $stored, string $password): void
    {
        $salt = substr((string) base64_decode(substr($stored, strlen('{SSHA512}'))), 64);
        if (!str_starts_with($stored, '{SSHA512}') || !hash_equals($stored, self::saltedSha512($password, $salt))) {
            throw new SoapFault('Server', 'Authentication failed');
        }
    }

    private static function saltedSha512(string $password, string $salt): string
    {
        return '{SSHA512}' . base64_encode(hash('sha512', $password . $salt, true) . $salt);
    }
}
