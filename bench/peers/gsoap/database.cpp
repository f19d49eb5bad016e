#include "database.h"
#include <fstream>
#include <iterator>
#include <map>
#include <mysql.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <rapidjson/document.h>
#include <regex>

namespace {

constexpr int poolSize = 8;
constexpr size_t digestBytes = 64;
const std::string scheme = "{SSHA512}";

enum class Kind { read, begin, takeId, write, commit };
enum class Result { none, caller, user, aliases, attributes };
const std::map<std::string, Kind> kinds = {{"read", Kind::read},
                                           {"begin", Kind::begin},
                                           {"takeId", Kind::takeId},
                                           {"write", Kind::write},
                                           {"commit", Kind::commit}};
const std::map<std::string, Result> results = {{"caller", Result::caller},
                                               {"user", Result::user},
                                               {"aliases", Result::aliases},
                                               {"attributes", Result::attributes}};

// The values that statements may name.
struct Values {
  long long contextId = 0, userId = 0, maxQuotaMb = 0;
  std::string authLogin, login, displayName, givenName, surName, email, passwordHash, language, timezone, profile;
};
const std::map<std::string, long long Values::*> numbers = {
    {"contextId", &Values::contextId}, {"userId", &Values::userId}, {"maxQuotaMb", &Values::maxQuotaMb}};
const std::map<std::string, std::string Values::*> texts = {
    {"authLogin", &Values::authLogin}, {"login", &Values::login},       {"displayName", &Values::displayName},
    {"givenName", &Values::givenName}, {"surName", &Values::surName},   {"email", &Values::email},
    {"language", &Values::language},   {"timezone", &Values::timezone}, {"passwordHash", &Values::passwordHash},
    {"profile", &Values::profile}};

std::string saltedSha512(const std::string &password, const std::string &salt) {
  const std::string input = password + salt;
  std::string digest(digestBytes, '\0');
  EVP_Digest(input.data(), input.size(), reinterpret_cast<unsigned char *>(&digest[0]), nullptr, EVP_sha512(), nullptr);
  digest += salt;
  std::string text(4 * ((digest.size() + 2) / 3) + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char *>(&text[0]),
                                     reinterpret_cast<const unsigned char *>(digest.data()), digest.size());
  text.resize(length);
  return scheme + text;
}

void checkPassword(const std::string &stored, const std::string &password) {
  if (stored.compare(0, scheme.size(), scheme) != 0) throw AuthenticationError();
  const std::string text = stored.substr(scheme.size());
  std::string bytes(text.size(), '\0');
  int length = EVP_DecodeBlock(reinterpret_cast<unsigned char *>(&bytes[0]),
                               reinterpret_cast<const unsigned char *>(text.data()), text.size());
  for (auto end = text.rbegin(); end != text.rend() && *end == '='; ++end) --length;
  if (length < static_cast<int>(digestBytes)) throw AuthenticationError();
  bytes.resize(length);
  const std::string expected = saltedSha512(password, bytes.substr(digestBytes));
  if (expected.size() != stored.size() || CRYPTO_memcmp(expected.data(), stored.data(), stored.size()) != 0)
    throw AuthenticationError();
}

std::string randomSalt() {
  std::string salt(16, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char *>(&salt[0]), salt.size()) != 1)
    throw std::runtime_error("no random bytes");
  return salt;
}

}  // namespace

// A prepared statement with its result's columns bound once.
class Prepared {
 public:
  Prepared(MYSQL *mysql, const rapidjson::Value &json)
      : kind(kinds.at(json["kind"].GetString())), sql_(json["sql"].GetString()), mysql_(mysql) {
    if (json.HasMember("result")) result = results.at(json["result"].GetString());
    for (const auto &param : json["params"].GetArray()) params_.emplace_back(param.GetString());
    if (kind == Kind::begin || kind == Kind::commit) return;
    statement_ = mysql_stmt_init(mysql);
    check(mysql_stmt_prepare(statement_, sql_.data(), sql_.size()) == 0);
    binds_.resize(params_.size());
    if (MYSQL_RES *metadata = mysql_stmt_result_metadata(statement_)) bindResult(metadata);
  }
  ~Prepared() {
    if (statement_) mysql_stmt_close(statement_);
  }

  // Runs it; `row` is called for every row of a read.
  template <typename Row>
  void run(Values &values, Row row) {
    if (!statement_) return checkConnection(mysql_real_query(mysql_, sql_.data(), sql_.size()) == 0);
    bindParams(values);
    check(mysql_stmt_execute(statement_) == 0);
    if (kind == Kind::takeId) values.userId = mysql_stmt_insert_id(statement_);
    if (columns_.empty()) return;
    int status;
    while ((status = mysql_stmt_fetch(statement_)) == 0 || status == MYSQL_DATA_TRUNCATED) {
      completeTruncated();
      row(*this);
    }
    mysql_stmt_free_result(statement_);
    check(status == MYSQL_NO_DATA);
  }

  struct Column {
    std::string name;
    std::vector<char> buffer = std::vector<char>(256);
    unsigned long length = 0;
    my_bool isNull = 0;
    std::string text() const { return {buffer.data(), length}; }
  };
  const std::vector<Column> &columns() const { return columns_; }

  const Kind kind;
  Result result = Result::none;

 private:
  void bindResult(MYSQL_RES *metadata) {
    const unsigned count = mysql_num_fields(metadata);
    columns_.resize(count);
    resultBinds_.resize(count);
    for (unsigned i = 0; i < count; ++i) {
      columns_[i].name = mysql_fetch_field_direct(metadata, i)->name;
      if (columns_[i].name == "profile") columns_[i].buffer.resize(4096);
      bindColumn(i);
    }
    mysql_free_result(metadata);
    check(mysql_stmt_bind_result(statement_, resultBinds_.data()) == 0);
  }
  void bindColumn(unsigned i) {
    auto &bind = resultBinds_[i] = MYSQL_BIND{};
    auto &column = columns_[i];
    bind.buffer_type = MYSQL_TYPE_STRING;
    bind.buffer = column.buffer.data();
    bind.buffer_length = column.buffer.size();
    bind.length = &column.length;
    bind.is_null = &column.isNull;
  }
  void completeTruncated() {
    bool grew = false;
    for (unsigned i = 0; i < columns_.size(); ++i) {
      auto &column = columns_[i];
      if (column.isNull || column.length <= column.buffer.size()) continue;
      column.buffer.resize(column.length);
      bindColumn(i);
      check(mysql_stmt_fetch_column(statement_, &resultBinds_[i], i, 0) == 0);
      grew = true;
    }
    if (grew) check(mysql_stmt_bind_result(statement_, resultBinds_.data()) == 0);
  }
  void bindParams(Values &values) {
    for (size_t i = 0; i < params_.size(); ++i) {
      auto &bind = binds_[i] = MYSQL_BIND{};
      const auto number = numbers.find(params_[i]);
      if (number != numbers.end()) {
        bind.buffer_type = MYSQL_TYPE_LONGLONG;
        bind.buffer = &(values.*number->second);
        continue;
      }
      auto &text = values.*texts.at(params_[i]);
      bind.buffer_type = MYSQL_TYPE_STRING;
      bind.buffer = &text[0];
      bind.buffer_length = text.size();
    }
    if (!binds_.empty()) check(mysql_stmt_bind_param(statement_, binds_.data()) == 0);
  }
  void check(bool isRight) const {
    if (!isRight) throw std::runtime_error(mysql_stmt_error(statement_));
  }
  void checkConnection(bool isRight) const {
    if (!isRight) throw std::runtime_error(mysql_error(mysql_));
  }

  const std::string sql_;
  MYSQL *const mysql_;
  MYSQL_STMT *statement_ = nullptr;
  std::vector<std::string> params_;
  std::vector<MYSQL_BIND> binds_, resultBinds_;
  std::vector<Column> columns_;
};

class Connection {
 public:
  Connection(const std::smatch &url, const rapidjson::Document &statements) : mysql_(mysql_init(nullptr)) {
    mysql_options(mysql_, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    if (!mysql_real_connect(mysql_, url[3].str().c_str(), url[1].str().c_str(), url[2].str().c_str(),
                            url[5].str().c_str(), std::stoi(url[4].str()), nullptr, 0))
      throw std::runtime_error(mysql_error(mysql_));
    for (const auto &json : statements["create"].GetArray())
      create.push_back(std::make_unique<Prepared>(mysql_, json));
    for (const auto &json : statements["getData"].GetArray())
      getData.push_back(std::make_unique<Prepared>(mysql_, json));
  }
  ~Connection() {
    create.clear();
    getData.clear();
    mysql_close(mysql_);
  }
  using Statements = std::vector<std::unique_ptr<Prepared>>;

  // `row` is called for every row of what is read but the caller, who is checked here.
  template <typename Row>
  void run(Statements &statements, Values &values, const std::string &password, Row row) {
    bool inTransaction = false;
    try {
      for (auto &statement : statements) {
        std::string hash;
        statement->run(values, [&](const Prepared &read) {
          if (read.result == Result::caller) hash = read.columns().at(0).text();
          else row(read);
        });
        if (statement->result == Result::caller) checkPassword(hash, password);
        if (statement->kind == Kind::begin) inTransaction = true;
        if (statement->kind == Kind::commit) inTransaction = false;
      }
    } catch (...) {
      if (inTransaction) mysql_rollback(mysql_);
      throw;
    }
  }
  Statements create, getData;

 private:
  MYSQL *mysql_;
};

// A connection for the time of a call.
class Database::Lease {
 public:
  explicit Lease(Database &database) : database_(database) {
    std::unique_lock<std::mutex> lock(database_.mutex_);
    database_.returned_.wait(lock, [this] { return !database_.idle_.empty(); });
    connection_ = database_.idle_.back();
    database_.idle_.pop_back();
  }
  ~Lease() {
    {
      std::lock_guard<std::mutex> lock(database_.mutex_);
      database_.idle_.push_back(connection_);
    }
    database_.returned_.notify_one();
  }
  Connection *operator->() { return connection_; }

 private:
  Database &database_;
  Connection *connection_;
};

Database::Database(const std::string &url, const std::string &statementsFile) {
  std::smatch parts;
  if (!std::regex_match(url, parts, std::regex("mysql://([^:]*):([^@]*)@([^:/]*):([0-9]+)/(.*)")))
    throw std::runtime_error("the database's URL is not mysql://user:password@host:port/name");
  std::ifstream stream(statementsFile);
  const std::string json{std::istreambuf_iterator<char>(stream), {}};
  rapidjson::Document statements;
  if (statements.Parse(json.data(), json.size()).HasParseError())
    throw std::runtime_error("cannot read " + statementsFile);
  for (int i = 0; i < poolSize; ++i) {
    connections_.push_back(std::make_unique<Connection>(parts, statements));
    idle_.push_back(connections_.back().get());
  }
}

Database::~Database() = default;

StoredUser Database::create(long long contextId, const dat__User &requested, const Caller &caller) {
  StoredUser user = requestedUser(requested);
  const UserRow &row = user.row;
  Values values;
  values.contextId = contextId;
  values.authLogin = caller.login;
  values.login = row.login;
  values.displayName = row.display_name;
  values.givenName = row.given_name;
  values.surName = row.sur_name;
  values.email = row.primary_email;
  values.passwordHash = saltedSha512(requested.password ? *requested.password : "", randomSalt());
  values.language = row.language;
  values.timezone = row.timezone;
  values.maxQuotaMb = row.max_quota_mb;
  values.profile = user.profile;
  Lease connection(*this);
  connection->run(connection->create, values, caller.password, [](const Prepared &) {});
  user.row.id = values.userId;
  return user;
}

StoredUser Database::read(long long contextId, long long userId, const Caller &caller) {
  Values values;
  values.contextId = contextId;
  values.userId = userId;
  values.authLogin = caller.login;
  StoredUser user;
  Lease connection(*this);
  connection->run(connection->getData, values, caller.password, [&user](const Prepared &read) {
    const auto &columns = read.columns();
    if (read.result == Result::aliases) user.aliases.push_back(columns.at(0).text());
    if (read.result == Result::attributes)
      user.attributes.push_back({columns.at(0).text(), columns.at(1).text(), columns.at(2).text()});
    if (read.result != Result::user) return;
    for (const auto &column : columns) {
      if (column.isNull) continue;
      if (column.name == "profile") user.profile = column.text();
      else setColumn(user.row, column.name, column.buffer.data(), column.length);
    }
  });
  if (user.row.id == 0) throw std::runtime_error("No such user");
  return user;
}
