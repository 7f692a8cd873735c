# Two tasks of the Task Scheduler: the site at start-up, restarted when it ends; the update every night.
# Run in PowerShell as administrator from the folder of the program, after .venv has been made:
#     powershell -ExecutionPolicy Bypass -File deploy\windows\install.ps1
# Take them away again:
#     Unregister-ScheduledTask -TaskName opyt-site, opyt-update -Confirm:$false

param(
    [string]$Reports = "$PWD\index_data\reports",
    [string]$Index = "$PWD\index_data",
    [int]$Port = 8000
)

$ErrorActionPreference = "Stop"
$python = "$PWD\.venv\Scripts\python.exe"
if (-not (Test-Path $python)) { throw "$python is missing: make .venv first, see README.md" }
New-Item -ItemType Directory -Force -Path $Reports, $Index, "$Index\log" | Out-Null

# The account of a service without rights of its own: it reads the reports and writes the index, nothing else.
icacls $Reports /grant "*S-1-5-19:(OI)(CI)RX" | Out-Null
icacls $Index /grant "*S-1-5-19:(OI)(CI)M" | Out-Null
$account = New-ScheduledTaskPrincipal -UserId "S-1-5-19" -LogonType ServiceAccount -RunLevel Limited

$site = "/c `"`"$python`" -m search_app --host 127.0.0.1 --port $Port --log off --reports `"$Reports`" --index `"$Index`" 2>> `"$Index\log\site.log`"`""
$update = "/c `"`"$python`" -m indexer update --reports `"$Reports`" --index `"$Index`" >> `"$Index\log\update.log`" 2>&1`""

Register-ScheduledTask -Force -TaskName "opyt-site" -Principal $account `
    -Action (New-ScheduledTaskAction -Execute "cmd.exe" -Argument $site -WorkingDirectory "$PWD") `
    -Trigger (New-ScheduledTaskTrigger -AtStartup) `
    -Settings (New-ScheduledTaskSettingsSet -RestartCount 999 -RestartInterval (New-TimeSpan -Minutes 1) `
        -ExecutionTimeLimit ([TimeSpan]::Zero) -MultipleInstances IgnoreNew -AllowStartIfOnBatteries)

Register-ScheduledTask -Force -TaskName "opyt-update" -Principal $account `
    -Action (New-ScheduledTaskAction -Execute "cmd.exe" -Argument $update -WorkingDirectory "$PWD") `
    -Trigger (New-ScheduledTaskTrigger -Daily -At 3:30am) `
    -Settings (New-ScheduledTaskSettingsSet -StartWhenAvailable -MultipleInstances IgnoreNew `
        -ExecutionTimeLimit (New-TimeSpan -Hours 6))

Start-ScheduledTask -TaskName "opyt-site"
